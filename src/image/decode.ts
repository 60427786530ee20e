import { isShared } from '../internal/array.ts';
import { integer, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { allocate, type Bytes, checkBytes, type Raster, type Shape } from './raster.ts';

/** Options of `decode`. */
export interface DecodeOptions {
  /** Refuse an image with more pixels than this, before memory is taken for it. Default 268,402,689, as sharp's. */
  maxPixels?: number;
}

/** The most pixels that are decoded when nothing else is said. */
export const DEFAULT_MAX_PIXELS = 268_402_689;

/**
 * Decodes a JPEG or PNG file to 8-bit pixels.
 *
 * JPEG: grey gives 1 channel, everything else 3 (CMYK is converted). PNG: grey 1, grey with alpha 2,
 * RGB and palettes 3, with transparency 4; 16-bit samples are reduced to 8. The pixels are as
 * stored: an EXIF orientation is not applied, a colour profile not converted. One image is decoded
 * on one thread; decode many at once to use all cores.
 *
 * @param bytes The whole file.
 * @param options.maxPixels The most pixels that are accepted, from 1. Default 268,402,689.
 * @throws {ImageError} ALLCORES_ERR_IMAGE_FORMAT when the bytes begin like no known format, _UNSUPPORTED for a known
 *   one that this version does not read, _CORRUPT when the file is damaged or cut off, _LIMIT when it has too many pixels.
 * @throws {TypeError} when `bytes` is no Uint8Array or was transferred away.
 * @example
 * import { decode, encode } from 'allcores/image';
 *
 * const png = encode({ data: new Uint8Array([1, 2, 3]), width: 1, height: 1, channels: 3 }, { format: 'png' });
 * decode(png).data; // [ 1, 2, 3 ]
 */
export const decode: Kernel<[bytes: Bytes], DecodeOptions, Raster<Uint8Array>> = defineKernel(
  1,
  (bytes: Bytes, options?: DecodeOptions) => {
    const limit = pixelLimit(ownOptions(options, ['maxPixels'], 'decode'));
    const file = privateBytes(checkBytes('bytes', bytes));
    const { shape, data } = prepare(file, limit);
    call(() => native.decodeImage(file, limit, data));
    return { data, ...shape };
  },
  async (bytes: Bytes, options?: DecodeOptions & RunOptions) => {
    const own = ownOptions(options, ['maxPixels', 'signal'], 'decode');
    const limit = pixelLimit(own);
    const file = new Uint8Array(checkBytes('bytes', bytes)); // see `privateBytes`
    const { shape, data } = prepare(file, limit);
    await startJob((id) => native.startDecodeImage(id, file, limit, data), own.signal);
    return { data, ...shape };
  },
);

function pixelLimit({ maxPixels = DEFAULT_MAX_PIXELS }: DecodeOptions): number {
  return integer('maxPixels', maxPixels, 1);
}

/** A decoder steers by what it reads, so nobody may change the bytes under it; in a blocking call only others could. */
function privateBytes(bytes: Bytes): Bytes {
  return isShared(bytes) ? new Uint8Array(bytes) : bytes;
}

/** Memory for the pixels, after the header was checked. */
function prepare(file: Bytes, limit: number): { shape: Shape; data: Uint8Array } {
  const { width, height, channels } = call(() => native.probeImage(file, limit));
  const shape = { width, height, channels: channels as Shape['channels'] };
  return { shape, data: allocate(shape, new Uint8Array(0)) as Uint8Array };
}
