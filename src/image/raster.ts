import { arrayType, constructors, refuseDetached } from '../internal/array.ts';
import { argumentError, expected, integer } from '../internal/check.ts';
import { overlap, preferHugePages } from '../internal/memory.ts';

/** The arrays that hold bytes: 8-bit samples, or a file. */
export type Bytes = Uint8Array | Uint8ClampedArray;

/** The arrays that hold samples: of 8 bits (255 is white), 16 bits (65,535), or floats (1; any value is kept). */
export type Pixels = Bytes | Uint16Array | Float32Array;

/**
 * An image: row-major, interleaved pixels with straight alpha.
 *
 * `data.length` is `width * height * channels`; the channels are grey, grey and alpha, RGB, or RGBA. The
 * array's type decides the arithmetic of the filters.
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

/** An output for an image of this shape, of the type of the first input and away from the memory of all. */
export function checkOut(value: unknown, shape: Shape, input: Pixels, ...others: readonly Pixels[]): Pixels {
  const out = checkPixels('out', value);
  if (out.BYTES_PER_ELEMENT !== input.BYTES_PER_ELEMENT) {
    const types = [arrayType(input), arrayType(out)];
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      `Expected \`out\` to be a ${types[0]} as the image, got a ${types[1]}`,
    );
  }
  checkLength('out', out, shape);
  if ([input, ...others].some((other) => overlap(out, other))) {
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `out` not to overlap the memory of the input');
  }
  return out;
}

/** A new array for an image of this shape, of the type of `like`. */
export function allocate(shape: Shape, like: Pixels): Pixels {
  const length = samplesOf(shape);
  const Type = constructors[arrayType(like) as PixelsType];
  try {
    return preferHugePages(new Type(length));
  } catch (cause) {
    const { width, height, channels } = shape;
    const message = `There is no memory for an image of ${width} × ${height} pixels with ${channels} channels`;
    throw Object.assign(argumentError('ERR_OUT_OF_RANGE', message), { cause });
  }
}

const pixelTypes = ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Float32Array'] as const;
type PixelsType = (typeof pixelTypes)[number];

/** An array that holds samples, of any realm. */
export function checkPixels(name: string, value: unknown): Pixels {
  return checkArray(name, value, pixelTypes) as Pixels;
}

/** An array that holds bytes, of any realm. */
export function checkBytes(name: string, value: unknown): Bytes {
  return checkArray(name, value, ['Uint8Array', 'Uint8ClampedArray']) as Bytes;
}

function checkArray(name: string, value: unknown, types: readonly PixelsType[]): Pixels {
  const type = arrayType(value);
  if (type === undefined || !types.some((known) => known === type)) {
    const what = `a ${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
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
