import { elementType, refuseDetached } from '../internal/array.ts';
import { argumentError, choice, expected } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import type { NumericValues } from './input.ts';

/** What a NaN does. It makes no difference for arrays of integers. */
export type NanPolicy = 'propagate' | 'omit' | 'raise';

/** Which elements take part in a reduction. Nothing is copied for it. */
export interface FilterOptions {
  /**
   * `'propagate'`: a NaN makes the result NaN. `'omit'`: it is left out, as in numpy's nan functions.
   * `'raise'`: it is a RangeError that names its index. Default `'propagate'`.
   */
  nanPolicy?: NanPolicy;
  /** One byte for each element, and an element whose byte is 0 is left out. Default: all take part. */
  where?: Uint8Array;
}

/** The names of the filter's options. */
export const filterNames = ['nanPolicy', 'where'] as const;

/** The two options as the addon takes them. */
export interface Filter {
  readonly mask: Uint8Array | undefined;
  /** An index into the policies; 4 more when there is a mask. */
  readonly nan: number;
}

const policies = ['propagate', 'omit', 'raise'] as const;
const HAS_MASK = 4;
const everything: Filter = { mask: undefined, nan: 0 };

/** Options whose values nobody has looked at. */
export type Unchecked<Options> = { readonly [K in keyof Options]?: unknown };

/** The filter of a call on `x`. */
export function readFilter(x: NumericValues, options: Unchecked<FilterOptions>): Filter {
  const { nanPolicy, where } = options;
  if (nanPolicy === undefined && where === undefined) return everything;
  const nan = nanPolicy === undefined ? 0 : policies.indexOf(choice('nanPolicy', nanPolicy, policies));
  return where === undefined ? { nan, mask: undefined } : { nan: nan + HAS_MASK, mask: readMask(x, where) };
}

/** The same filter for an asynchronous call. */
export function holdFilter(filter: Filter): Filter {
  return filter.mask === undefined ? filter : { ...filter, mask: holdInput('where', filter.mask) };
}

function readMask(x: NumericValues, where: unknown): Uint8Array {
  if (elementType(where) !== 'Uint8Array') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('where', 'a Uint8Array', where));
  }
  const mask = where as Uint8Array;
  refuseDetached('where', mask);
  if (mask.length !== x.length) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`where\` to have ${x.length} elements, one for each of the array, got ${mask.length}`,
    );
  }
  return mask;
}
