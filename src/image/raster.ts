import { arrayType, constructors, refuseDetached } from '../internal/array.ts';
import { argumentError, expected, integer } from '../internal/check.ts';
import { overlap, preferHugePages } from '../internal/memory.ts';

/** The arrays that hold 8-bit pixels. */
export type Pixels = Uint8Array | Uint8ClampedArray;

/**
 * An image: row-major, interleaved pixels with straight alpha, 8 bits a channel.
 *
 * `data.length` is `width * height * channels`; the channels are grey, grey and alpha, RGB, or RGBA.
 */
export interface Raster<D extends Pixels = Pixels> {
  /** The samples; may lie on shared memory. */
  readonly data: D;
  /** Pixels in a row, from 1. */
  readonly width: number;
  /** Rows, from 1. */
  readonly height: number;
  /** Samples in a pixel. */
  readonly channels: 1 | 2 | 3 | 4;
}

/** What a raster is apart from its pixels. */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** How many samples an image of this shape has. */
export function samplesOf({ width, height, channels }: Shape): number {
  return width * height * channels;
}

/** A raster whose data has the length that its shape says. */
export function checkRaster(value: unknown): Raster {
  if (typeof value !== 'object' || value === null) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('raster', 'a raster', value));
  }
  const { data, width, height, channels } = value as Record<string, unknown>;
  const shape = {
    width: integer('raster.width', width, 1),
    height: integer('raster.height', height, 1),
    channels: integer('raster.channels', channels, 1, 4) as Raster['channels'],
  };
  const pixels = checkPixels('raster.data', data);
  checkLength('raster.data', pixels, shape);
  return { data: pixels, ...shape };
}

/** An output for an image of this shape, away from the input's memory. */
export function checkOut(value: unknown, shape: Shape, input: Pixels): Pixels {
  const out = checkPixels('out', value);
  checkLength('out', out, shape);
  if (overlap(out, input)) {
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `out` not to overlap the memory of the input');
  }
  return out;
}

/** A new array for an image of this shape, of the kind of `like` when it is clamped. */
export function allocate(shape: Shape, like?: Pixels): Pixels {
  const length = samplesOf(shape);
  const Type = arrayType(like) === 'Uint8ClampedArray' ? Uint8ClampedArray : Uint8Array;
  try {
    return preferHugePages(new Type(length));
  } catch (cause) {
    const { width, height, channels } = shape;
    const message = `There is no memory for an image of ${width} × ${height} pixels with ${channels} channels`;
    throw Object.assign(argumentError('ERR_OUT_OF_RANGE', message), { cause });
  }
}

/** The bytes of an array of 8-bit pixels of any realm. */
export function checkPixels(name: string, value: unknown): Pixels {
  const type = arrayType(value);
  if (type !== 'Uint8Array' && type !== 'Uint8ClampedArray') {
    const what = 'a Uint8Array or Uint8ClampedArray (this version works on 8-bit pixels)';
    const got = type !== undefined && type in constructors ? `a ${type}` : undefined;
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      got === undefined ? expected(name, what, value) : `Expected \`${name}\` to be ${what}, got ${got}`,
    );
  }
  refuseDetached(name, value as Pixels);
  return value as Pixels;
}

function checkLength(name: string, data: Pixels, shape: Shape): void {
  const samples = samplesOf(shape);
  if (data.length !== samples) {
    const { width, height, channels } = shape;
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`${name}\` to have ${width} × ${height} × ${channels} = ${samples} elements, got ${data.length}`,
    );
  }
}
