import { argumentError, boolean, choice, integer, ownOptions } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { privateBytes } from './decode.ts';
import { type Bytes, checkBytes, checkRaster, type Raster } from './raster.ts';

/** Options of `encode`. */
export interface EncodeOptions {
  /** The file format. */
  format: 'jpeg' | 'png' | 'webp';
  /** JPEG, and WebP unless `lossless`: an integer from 1 to 100. Default 80. */
  quality?: number;
  /**
   * JPEG: the resolution of the colours, halved in both directions, across only, or not at all.
   * Default `'4:2:0'`.
   */
  subsampling?: '4:2:0' | '4:2:2' | '4:4:4';
  /** JPEG: store the picture in scans of rising quality; a smaller file that takes longer. Default false. */
  progressive?: boolean;
  /** JPEG: make Huffman tables for this picture; a smaller file that takes longer. Default false. */
  optimize?: boolean;
  /** PNG: how hard to compress, an integer from 0 (not at all) to 9. Default 6. */
  level?: number;
  /** WebP: keep every sample. Default false. */
  lossless?: boolean;
  /** An ICC colour profile to embed: of RGB for 3 and 4 channels and in WebP, else of grey. */
  icc?: Bytes;
  /** EXIF data to embed, from its TIFF header on. */
  exif?: Bytes;
}

type Format = EncodeOptions['format'];
type Name = keyof EncodeOptions & string;

const names: readonly Name[] = [
  'format',
  'quality',
  'subsampling',
  'progressive',
  'optimize',
  'level',
  'lossless',
  'icc',
  'exif',
];

/** The settings that each format has. */
const settingsOf: Readonly<Record<Format, readonly Name[]>> = {
  jpeg: ['quality', 'subsampling', 'progressive', 'optimize'],
  png: ['level'],
  webp: ['quality', 'lossless'],
};

/**
 * Encodes an image as a JPEG, PNG or WebP file.
 *
 * JPEG has no alpha: an image with alpha is laid on white; grey stays grey. PNG keeps every channel and every bit, and
 * takes 16 bits as well. WebP has no grey, which becomes RGB; alpha is kept exactly, one that is opaque everywhere is
 * left out. The pixels of a progressive or optimised JPEG are those of a plain one.
 *
 * A profile and EXIF data are written as they are, and change no pixel. EXIF data with an orientation turns the
 * picture in a viewer, so pixels that have been turned already need data that says 1.
 *
 * A large JPEG is encoded on all cores, another file on one. The same bytes on any number of threads.
 *
 * @param raster Pixels of 8 bits, for PNG also of 16, 1 to 4 channels.
 * @param options.format `'jpeg'`, `'png'` or `'webp'`; must be given.
 * @returns The whole file, on memory of its own.
 * @throws {TypeError} when an argument has the wrong type, an option does not belong to the format, or the format has
 *   no samples of that type.
 * @throws {RangeError} when a number is out of range, a length does not fit, or `icc` or `exif` hold something else.
 * @throws {ImageError} ALLCORES_ERR_IMAGE_LIMIT when the format cannot hold an image of that size: JPEG has at most
 *   65,500 pixels across and down, WebP 16,383.
 * @example
 * import { encode } from 'allcores/image';
 *
 * const jpeg = encode({ data: new Uint8Array(48), width: 4, height: 4, channels: 3 }, { format: 'jpeg', quality: 90 });
 * jpeg.subarray(0, 2); // [ 0xff, 0xd8 ]
 */
export const encode: Kernel<[raster: Raster], EncodeOptions, Uint8Array> = defineKernel(
  1,
  (raster: Raster, options?: EncodeOptions) => {
    const own = ownOptions(options, names, 'encode');
    const encoding = encodingOf(own);
    const [icc, exif] = embedded(own);
    const { data, ...shape } = checkRaster(raster);
    return call(() => native.encodeImage(encoding, data, shape, icc, exif)) as Uint8Array;
  },
  async (raster: Raster, options?: EncodeOptions & RunOptions) => {
    const own = ownOptions(options, [...names, 'signal'], 'encode');
    const encoding = encodingOf(own);
    const [icc, exif] = embedded(own);
    const { data, ...shape } = checkRaster(raster);
    const held = holdInput('raster.data', data);
    const copies = [icc, exif].map((bytes) => bytes && new Uint8Array(bytes));
    const file = await startJob(
      (id) => native.startEncodeImage(id, encoding, held, shape, copies[0], copies[1]),
      own.signal,
    );
    return file as Uint8Array;
  },
);

/**
 * The format and its settings as the native side reads them, from the options of `encode` but `icc` and `exif`.
 *
 * @throws {TypeError} when the format is none, an option does not belong to it, or has the wrong type.
 * @throws {RangeError} when a number is out of range.
 */
export function encodingOf(options: Partial<EncodeOptions>): string {
  const format = choice('format', options.format, ['jpeg', 'png', 'webp']);
  for (const name of Object.values(settingsOf).flat()) {
    if (options[name] !== undefined && !settingsOf[format].includes(name)) {
      throw foreign(name, `format '${format}'`);
    }
  }
  return JSON.stringify({ [format]: settings(format, options) });
}

function settings(format: Format, options: Partial<EncodeOptions>): object {
  const { quality: given, subsampling = '4:2:0', progressive = false, optimize = false } = options;
  const quality = given === undefined ? 80 : integer('quality', given, 1, 100);
  if (format === 'jpeg') {
    return {
      quality,
      subsampling: choice('subsampling', subsampling, ['4:2:0', '4:2:2', '4:4:4']),
      progressive: boolean('progressive', progressive),
      optimize: boolean('optimize', optimize),
    };
  }
  const { level = 6, lossless = false } = options;
  if (format === 'png') return { level: integer('level', level, 0, 9) };
  if (!boolean('lossless', lossless)) return { lossy: { quality } };
  if (given !== undefined) throw foreign('quality', 'lossless WebP');
  return { lossless: {} };
}

function foreign(name: string, to: string): TypeError | RangeError {
  return argumentError('ERR_INVALID_ARG_VALUE', `The option \`${name}\` does not belong to ${to}`);
}

/** The profile and the EXIF data to write into the file; nobody may change them meanwhile. */
function embedded({ icc, exif }: Partial<EncodeOptions>): [icc: Bytes | undefined, exif: Bytes | undefined] {
  return [
    icc === undefined ? undefined : privateBytes(checkBytes('icc', icc)),
    exif === undefined ? undefined : privateBytes(checkBytes('exif', exif)),
  ];
}
