import { ownOptions } from '../../internal/check.ts';
import { checkEncoding, type EncodeOptions } from '../encode.ts';

/** Options of a pipeline's `jpeg`. */
export type JpegOptions = Pick<EncodeOptions, 'quality' | 'subsampling'>;

/** Options of a pipeline's `png`. */
export type PngOptions = Pick<EncodeOptions, 'level'>;

/** The end of a pipeline, as its native side reads it. */
export type Output = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The `jpeg` that ends a pipeline. */
export function jpegOutput(options: JpegOptions | undefined): Output {
  const own = ownOptions(options, ['quality', 'subsampling'], 'jpeg');
  const { quality, fullColour } = checkEncoding({ ...own, format: 'jpeg' });
  return { jpeg: { quality, subsampling: fullColour ? '4:4:4' : '4:2:0' } };
}

/** The `png` that ends a pipeline. */
export function pngOutput(options: PngOptions | undefined): Output {
  const own = ownOptions(options, ['level'], 'png');
  return { png: { level: checkEncoding({ ...own, format: 'png' }).level } };
}

/** How the names of a format's files end, the usual one first. */
export const extensions: Readonly<Record<string, readonly string[]>> = {
  jpeg: ['.jpg', '.jpeg', '.jpe'],
  png: ['.png'],
};
