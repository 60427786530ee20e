import { isShared } from '../internal/array.ts';
import { argumentError, boolean, expected, integer, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { allocate, type Bytes, checkBytes, type Raster, type Shape } from './raster.ts';

/** Options of `decode`. */
export interface DecodeOptions {
  /** Refuse an image with more pixels than this, before memory is taken for it. Default 268,402,689, as sharp's. */
  maxPixels?: number;
  /** Bits of a sample in the result. Default: 16 for a PNG of 16 bits, else 8. */
  depth?: 8 | 16;
  /** Convert the colours from the file's profile to sRGB. Default false: the samples as stored. */
  toSrgb?: boolean;
}

/** `decode` as a kernel; a `depth` that is known when compiling decides the type of the samples. */
export interface DecodeKernel {
  (bytes: Bytes, options: DecodeOptions & { readonly depth: 8 }): Raster<Uint8Array>;
  (bytes: Bytes, options: DecodeOptions & { readonly depth: 16 }): Raster<Uint16Array>;
  (bytes: Bytes, options?: DecodeOptions): Raster<Uint8Array | Uint16Array>;
  /** The same arguments; the options also take `signal`. */
  readonly async: {
    (bytes: Bytes, options: DecodeOptions & RunOptions & { readonly depth: 8 }): Promise<Raster<Uint8Array>>;
    (
      bytes: Bytes,
      options: DecodeOptions & RunOptions & { readonly depth: 16 },
    ): Promise<Raster<Uint16Array>>;
    (bytes: Bytes, options?: DecodeOptions & RunOptions): Promise<Raster<Uint8Array | Uint16Array>>;
  };
}

/** The most pixels that are decoded when nothing else is said. */
export const DEFAULT_MAX_PIXELS = 268_402_689;
const names = ['maxPixels', 'depth', 'toSrgb'] as const;

/**
 * Decodes a JPEG, PNG or WebP file to pixels.
 *
 * JPEG: grey gives 1 channel, everything else 3 (CMYK is converted). PNG: grey 1, grey with alpha 2, RGB and
 * palettes 3, with transparency 4. WebP: 3, with alpha 4. Of an animation the first picture is decoded.
 *
 * A PNG of 16 bits gives a `Uint16Array`, everything else a `Uint8Array`. `depth: 8` keeps the high 8 of 16 bits,
 * as Pillow does; `depth: 16` makes samples of 8 bits 257 times as large.
 *
 * The pixels are as stored: `metadata` tells the EXIF orientation, which is not applied here, and the colour profile.
 * With `toSrgb` colours of another profile are converted. A profile that is damaged, or not for the picture's
 * channels (that of a CMYK JPEG), is passed over, as viewers do.
 *
 * One image is decoded on one thread; decode many at once to use all cores. The same pixels on any machine.
 *
 * @param bytes The whole file.
 * @param options.maxPixels The most pixels that are accepted, from 1. Default 268,402,689.
 * @param options.depth 8 or 16. Default: what the file needs.
 * @param options.toSrgb Default false.
 * @throws {ImageError} ALLCORES_ERR_IMAGE_FORMAT when the bytes begin like no known format, _UNSUPPORTED for a known
 *   one that this version does not read, _CORRUPT when the file is damaged or cut off, _LIMIT when it has too many pixels.
 * @throws {TypeError} when `bytes` is no Uint8Array or was transferred away, or an option has the wrong type.
 * @throws {RangeError} when `maxPixels` is out of range.
 * @example
 * import { decode, encode } from 'allcores/image';
 *
 * const png = encode({ data: new Uint8Array([1, 2, 3]), width: 1, height: 1, channels: 3 }, { format: 'png' });
 * decode(png).data; // [ 1, 2, 3 ]
 */
export const decode: DecodeKernel = defineKernel(
  1,
  (bytes: Bytes, options?: DecodeOptions) => {
    const settings = check(ownOptions(options, names, 'decode'));
    const file = privateBytes(checkBytes('bytes', bytes));
    const { shape, data } = prepare(file, settings);
    call(() => native.decodeImage(file, settings.limit, settings.toSrgb, data));
    return { data, ...shape };
  },
  async (bytes: Bytes, options?: DecodeOptions & RunOptions) => {
    const own = ownOptions(options, [...names, 'signal'], 'decode');
    const settings = check(own);
    const file = new Uint8Array(checkBytes('bytes', bytes)); // see `privateBytes`
    const { shape, data } = prepare(file, settings);
    const { limit, toSrgb } = settings;
    await startJob((id) => native.startDecodeImage(id, file, limit, toSrgb, data), own.signal);
    return { data, ...shape };
  },
) as DecodeKernel;

interface Settings {
  readonly limit: number;
  readonly depth: 8 | 16 | undefined;
  readonly toSrgb: boolean;
}

function check({ maxPixels = DEFAULT_MAX_PIXELS, depth, toSrgb = false }: DecodeOptions): Settings {
  if (depth !== undefined && depth !== 8 && depth !== 16) {
    throw argumentError('ERR_INVALID_ARG_VALUE', expected('depth', 'one of 8, 16', depth));
  }
  return { limit: integer('maxPixels', maxPixels, 1), depth, toSrgb: boolean('toSrgb', toSrgb) };
}

/** A decoder steers by what it reads, so nobody may change the bytes under it; in a blocking call only others could. */
export function privateBytes(bytes: Bytes): Bytes {
  return isShared(bytes) ? new Uint8Array(bytes) : bytes;
}

/** Memory for the pixels, after the header was checked. */
function prepare(file: Bytes, { limit, depth }: Settings): { shape: Shape; data: Uint8Array | Uint16Array } {
  const { width, height, channels, wide } = call(() => native.decodedShape(file, limit));
  const shape = { width, height, channels: channels as Shape['channels'] };
  const like = (depth ?? (wide ? 16 : 8)) === 16 ? new Uint16Array(0) : new Uint8Array(0);
  return { shape, data: allocate(shape, like) as Uint8Array | Uint16Array };
}
