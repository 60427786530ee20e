import { ownOptions } from '../../internal/check.ts';
import { type EncodeOptions, encodingOf } from '../encode.ts';

/** Options of a pipeline's `jpeg`. */
export type JpegOptions = Pick<EncodeOptions, 'quality' | 'subsampling' | 'progressive' | 'optimize'>;

/** Options of a pipeline's `png`. */
export type PngOptions = Pick<EncodeOptions, 'level'>;

/** Options of a pipeline's `webp`. */
export type WebpOptions = Pick<EncodeOptions, 'quality' | 'lossless'>;

/** A file format that can end a pipeline. */
export type Format = EncodeOptions['format'];

const settings = {
  jpeg: ['quality', 'subsampling', 'progressive', 'optimize'],
  png: ['level'],
  webp: ['quality', 'lossless'],
} as const;

/** The encoder that ends a pipeline, as its native side reads it. */
export function encoder(format: Format, options: Partial<EncodeOptions> | undefined): unknown {
  const own = ownOptions(options, settings[format], format);
  return JSON.parse(encodingOf({ ...own, format }));
}

/** How the names of a format's files end, the usual one first. */
export const extensions: Readonly<Record<Format, readonly [string, ...string[]]>> = {
  jpeg: ['.jpg', '.jpeg', '.jpe'],
  png: ['.png'],
  webp: ['.webp'],
};
