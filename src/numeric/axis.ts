import { argumentError, boolean, expected, integer } from '../internal/check.ts';
import type { Unchecked } from './filter.ts';
import type { NumericValues } from './input.ts';

/** How a flat array is seen as a block of rows, and along which axis it is reduced. */
export interface AxisOptions {
  /** The lengths of the axes of the array, the last one fastest. Their product is its length. Default: one axis. */
  shape?: readonly number[];
  /** The axis to reduce, from 0; negative ones count from the last. Default: the whole array is reduced. */
  axis?: number;
  /** Whether the reduced axis stays in the result's `shape`, with length 1. Default false. */
  keepDims?: boolean;
}

/** The names of the axis options. */
export const axisNames = ['shape', 'axis', 'keepDims'] as const;

/** A result along an axis: a flat array that knows its shape. */
export type Shaped<A> = A & {
  /** The lengths of the axes that are left. Not enumerable. */
  readonly shape: readonly number[];
};

/** An array seen as `outer` blocks of `length` rows of `inner` elements; the rows are reduced. */
export interface Axis {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  /** The shape of the result. */
  readonly shape: readonly number[];
}

/** The axis of a call on `x`; undefined when the whole array is reduced. */
export function readAxis(x: NumericValues, options: Unchecked<AxisOptions>): Axis | undefined {
  const { axis, keepDims } = options;
  const shape = options.shape === undefined ? [x.length] : readShape(x, options.shape);
  const keeps = keepDims !== undefined && boolean('keepDims', keepDims);
  if (axis === undefined) {
    if (keeps) throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `keepDims` together with an `axis`');
    return undefined;
  }
  const at = axisIndex(axis, shape.length);
  return {
    outer: product(shape.slice(0, at)),
    length: shape[at] as number,
    inner: product(shape.slice(at + 1)),
    shape: keeps ? shape.with(at, 1) : shape.toSpliced(at, 1),
  };
}

function axisIndex(axis: unknown, axes: number): number {
  if (typeof axis !== 'number') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('axis', 'an integer', axis));
  }
  if (!Number.isInteger(axis) || axis < -axes || axis >= axes) {
    const what = `an integer from ${-axes} to ${axes - 1} for a shape of ${axes} axes`;
    throw argumentError('ERR_OUT_OF_RANGE', expected('axis', what, axis));
  }
  return axis < 0 ? axis + axes : axis;
}

function readShape(x: NumericValues, value: unknown): number[] {
  if (!Array.isArray(value)) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('shape', 'an array of lengths', value));
  }
  if (value.length === 0) {
    throw argumentError('ERR_OUT_OF_RANGE', 'Expected `shape` to have at least one length, got none');
  }
  const shape = Array.from(value, (length: unknown, index) => integer(`shape[${index}]`, length));
  if (product(shape) !== x.length) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`shape\` to have the product ${x.length}, the length of the array, got ${shape.join(' × ')}`,
    );
  }
  return shape;
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total * length, 1);
}
