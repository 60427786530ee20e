import { argumentError, choice, integer, ownOptions } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { checkBytes, checkRaster, type Raster } from './raster.ts';

/** Options of `encode`. */
export interface EncodeOptions {
  /** The file format. */
  format: 'jpeg' | 'png';
  /** JPEG: an integer from 1 to 100. Default 80. */
  quality?: number;
  /** JPEG: whether colour has half the resolution in both directions. Default `'4:2:0'`. */
  subsampling?: '4:2:0' | '4:4:4';
  /** PNG: how hard to compress, an integer from 0 (not at all) to 9. Default 6. */
  level?: number;
}

const names = ['format', 'quality', 'subsampling', 'level'] as const;

/**
 * Encodes an image as a JPEG or PNG file.
 *
 * JPEG has no alpha: an image with alpha is laid on white. PNG keeps every channel and every bit.
 *
 * @param raster 8-bit pixels, 1 to 4 channels.
 * @param options.format `'jpeg'` or `'png'`; must be given.
 * @returns The whole file, on memory of its own.
 * @throws {TypeError} when an argument has the wrong type, or an option does not belong to the format.
 * @throws {RangeError} when a number is out of range or a length does not fit.
 * @throws {ImageError} ALLCORES_ERR_IMAGE_UNSUPPORTED when the format cannot hold an image of that size.
 * @example
 * import { encode } from 'allcores/image';
 *
 * const jpeg = encode({ data: new Uint8Array(48), width: 4, height: 4, channels: 3 }, { format: 'jpeg', quality: 90 });
 * jpeg.subarray(0, 2); // [ 0xff, 0xd8 ]
 */
export const encode: Kernel<[raster: Raster], EncodeOptions, Uint8Array> = defineKernel(
  1,
  (raster: Raster, options?: EncodeOptions) => {
    const settings = checkEncoding(ownOptions(options, names, 'encode'));
    const { data: samples, ...shape } = checkRaster(raster);
    const data = checkBytes('raster.data', samples);
    return call(() =>
      settings.format === 'jpeg'
        ? native.encodeJpeg(data, shape, settings.quality, settings.fullColour)
        : native.encodePng(data, shape, settings.level),
    ) as Uint8Array;
  },
  async (raster: Raster, options?: EncodeOptions & RunOptions) => {
    const own = ownOptions(options, [...names, 'signal'], 'encode');
    const settings = checkEncoding(own);
    const { data: samples, ...shape } = checkRaster(raster);
    const data = checkBytes('raster.data', samples);
    const held = holdInput('raster.data', data);
    const file = await startJob(
      (id) =>
        settings.format === 'jpeg'
          ? native.startEncodeJpeg(id, held, shape, settings.quality, settings.fullColour)
          : native.startEncodePng(id, held, shape, settings.level),
      own.signal,
    );
    return file as Uint8Array;
  },
);

/** The options of an encoder with their defaults, checked. */
export function checkEncoding({ format, quality, subsampling, level }: Partial<EncodeOptions>) {
  const chosen = choice('format', format, ['jpeg', 'png']);
  const foreign = chosen === 'jpeg' ? { level } : { quality, subsampling };
  for (const [name, value] of Object.entries(foreign)) {
    if (value !== undefined) {
      throw argumentError(
        'ERR_INVALID_ARG_VALUE',
        `The option \`${name}\` does not belong to format '${chosen}'`,
      );
    }
  }
  return {
    format: chosen,
    quality: quality === undefined ? 80 : integer('quality', quality, 1, 100),
    fullColour:
      subsampling !== undefined && choice('subsampling', subsampling, ['4:2:0', '4:4:4']) === '4:4:4',
    level: level === undefined ? 6 : integer('level', level, 0, 9),
  };
}
