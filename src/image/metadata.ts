import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { privateBytes } from './decode.ts';
import { type Bytes, checkBytes, type Raster } from './raster.ts';

/** What an image file says about its picture. */
export interface Metadata {
  /** The file's format. */
  readonly format: 'jpeg' | 'png' | 'webp';
  /** Pixels in a row, as stored: an orientation of 5 to 8 exchanges them with the rows. */
  readonly width: number;
  /** Rows, as stored. */
  readonly height: number;
  /** Samples in a decoded pixel. */
  readonly channels: Raster['channels'];
  /** Bits of a sample in the file; of a palette's index in a PNG with a palette. */
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** Whether the file has more than one picture; `decode` gives the first. */
  readonly animated: boolean;
  /** The EXIF orientation, 1 to 8, when there is one. */
  readonly orientation: number | undefined;
  /** The ICC colour profile, when there is one that is complete and has at most 16 MiB. */
  readonly icc: Uint8Array | undefined;
  /** The EXIF data, from its TIFF header on, when there is some. */
  readonly exif: Uint8Array | undefined;
}

/**
 * Reads what a JPEG, PNG or WebP file says about its picture, without decoding pixels.
 *
 * @param bytes The whole file, or its beginning up to the pixels. (A PNG may have its EXIF data behind them, a WebP
 *   always has.)
 * @throws {ImageError} ALLCORES_ERR_IMAGE_FORMAT when the bytes begin like no known format, _UNSUPPORTED for a known
 *   one that this version does not read, _CORRUPT when the header is damaged or incomplete.
 * @throws {TypeError} when `bytes` is no Uint8Array or was transferred away.
 * @example
 * import { encode, metadata } from 'allcores/image';
 *
 * const png = encode({ data: new Uint16Array(6), width: 3, height: 2, channels: 1 }, { format: 'png' });
 * const { width, height, channels, depth } = metadata(png);
 * [width, height, channels, depth]; // [ 3, 2, 1, 16 ]
 */
export const metadata: Kernel<[bytes: Bytes], object, Metadata> = defineKernel(
  1,
  (bytes: Bytes, options?: object) => {
    ownOptions(options, [], 'metadata');
    const file = privateBytes(checkBytes('bytes', bytes));
    return named(call(() => native.imageMetadata(file)) as Found);
  },
  async (bytes: Bytes, options?: RunOptions) => {
    const own = ownOptions(options, ['signal'], 'metadata');
    const file = new Uint8Array(checkBytes('bytes', bytes)); // nobody may change the bytes meanwhile
    return named((await startJob((id) => native.startImageMetadata(id, file), own.signal)) as Found);
  },
);

/** The list that the native side gives. */
type Found = readonly [
  format: Metadata['format'],
  width: number,
  height: number,
  channels: Metadata['channels'],
  depth: Metadata['depth'],
  animated: 0 | 1,
  orientation: number | undefined,
  icc: Uint8Array | undefined,
  exif: Uint8Array | undefined,
];

function named([format, width, height, channels, depth, animated, orientation, icc, exif]: Found): Metadata {
  return { format, width, height, channels, depth, animated: animated === 1, orientation, icc, exif };
}
