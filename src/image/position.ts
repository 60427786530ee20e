import { argumentError, expected, finite, ownOptions } from '../internal/check.ts';

const across = { left: 0, center: 0.5, centre: 0.5, right: 1 } as const;
const down = { top: 0, center: 0.5, centre: 0.5, bottom: 1 } as const;

type Across = 'left' | 'right';
type Down = 'top' | 'bottom';
type Middle = 'center' | 'centre';

/**
 * A place inside a rectangle, as CSS writes `object-position` and sharp its `position`: a side (`'top'`, the
 * middle of it), a corner (`'left top'` or `'top left'`), `'center'`, or fractions of what is left over, from 0
 * (left, top) to 1 (right, bottom).
 */
export type Position =
  | Middle
  | Across
  | Down
  | `${Across | Middle} ${Down | Middle}`
  | `${Down | Middle} ${Across | Middle}`
  | { readonly x: number; readonly y: number };

/** The fractions that a position stands for. */
export function fractionsOf(name: string, value: unknown): [x: number, y: number] {
  if (typeof value === 'string') {
    const fractions = named(value);
    if (fractions !== undefined) return fractions;
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { x, y } = ownOptions<{ x?: unknown; y?: unknown }>(value, ['x', 'y'], `\`${name}\``);
    return [finite(`${name}.x`, x, 0, 1), finite(`${name}.y`, y, 0, 1)];
  }
  const what = "a side, a corner such as 'left top', 'center', or { x, y } from 0 to 1";
  const code = typeof value === 'string' ? 'ERR_INVALID_ARG_VALUE' : 'ERR_INVALID_ARG_TYPE';
  throw argumentError(code, expected(name, what, value));
}

function named(value: string): [x: number, y: number] | undefined {
  const [first = '', second, ...more] = value.split(' ');
  if (more.length > 0) return undefined;
  if (second === undefined) return pair(first, 'center') ?? pair('center', first);
  return pair(first, second) ?? pair(second, first);
}

function pair(x: string, y: string): [x: number, y: number] | undefined {
  if (!Object.hasOwn(across, x) || !Object.hasOwn(down, y)) return undefined;
  return [across[x as keyof typeof across], down[y as keyof typeof down]];
}
