/** The options of `allcores image`, and what they mean. */

import { parseArgs } from 'node:util';
import type { Format } from '../image/pipeline/encoders.ts';
import { type EncodingPipeline, type Pipeline, pipeline } from '../image/pipeline/pipeline.ts';
import type { Position } from '../image/position.ts';
import type { Fit } from '../image/resize.ts';
import { UsageError } from './usage-error.ts';

/** A command line that makes sense. */
export interface ImageCommand {
  readonly words: readonly string[];
  readonly outDir: string;
  readonly recursive: boolean;
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly concurrency: number | undefined;
  /** The format of all results, when one is asked for. */
  readonly format: Format | undefined;
  /** What is done with each image that becomes a file of this format. */
  readonly pipelineTo: (format: Format) => EncodingPipeline;
}

const options = {
  resize: { type: 'string' },
  fit: { type: 'string' },
  position: { type: 'string' },
  blur: { type: 'string' },
  sharpen: { type: 'boolean' },
  grayscale: { type: 'boolean' },
  rotate: { type: 'string' },
  flip: { type: 'boolean' },
  flop: { type: 'boolean' },
  format: { type: 'string' },
  quality: { type: 'string' },
  out: { type: 'string' },
  recursive: { type: 'boolean' },
  concurrency: { type: 'string' },
  overwrite: { type: 'boolean' },
  json: { type: 'boolean' },
  'keep-profile': { type: 'boolean' },
  'keep-exif': { type: 'boolean' },
  'no-shrink-on-load': { type: 'boolean' },
} as const;

/** Reads a command line; everything that can be wrong with it is refused here. */
export function readImageCommand(args: readonly string[]): ImageCommand {
  const { values, positionals, tokens } = parse(args);
  if (values.out === undefined) throw new UsageError('Expected --out and the folder for the results');
  if (positionals.length === 0) throw new UsageError('Expected files, folders or patterns');
  for (const name of ['fit', 'position'] as const) {
    if (values[name] !== undefined && values.resize === undefined) {
      throw new UsageError(`--${name} belongs to --resize`);
    }
  }
  const format = values.format === undefined ? undefined : formatOf(values.format);
  const quality = values.quality === undefined ? undefined : number('--quality', values.quality);
  if (quality !== undefined && format === 'png') throw new UsageError('--quality does not belong to PNG');
  const steps = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const chain = refusing(() => {
    const start = pipeline({
      keepProfile: values['keep-profile'] ?? false,
      keepExif: values['keep-exif'] ?? false,
      shrinkOnLoad: !(values['no-shrink-on-load'] ?? false),
    });
    return steps.reduce(
      (before, { name, value }) => step(before, name, value ?? '', values),
      // A camera's turn comes first wherever it stands: sizes are meant of the upright image.
      steps.some(({ name, value }) => name === 'rotate' && value === 'auto') ? start.autoOrient() : start,
    );
  });
  const pipelineTo = (to: Format) => end(chain, to, quality);
  for (const to of format === undefined ? (['jpeg', 'png', 'webp'] as const) : [format]) {
    refusing(() => pipelineTo(to));
  }
  return {
    words: positionals,
    outDir: values.out,
    recursive: values.recursive ?? false,
    overwrite: values.overwrite ?? false,
    json: values.json ?? false,
    concurrency: values.concurrency === undefined ? undefined : count(values.concurrency),
    format,
    pipelineTo,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** What belongs to --resize. */
interface Fitting {
  readonly fit?: string | undefined;
  readonly position?: string | undefined;
}

/** The chain with what one option adds. */
function step(chain: Pipeline, name: string, value: string, { fit, position }: Fitting): Pipeline {
  switch (name) {
    case 'resize':
      return chain.resize({
        ...size(value),
        ...(fit === undefined ? {} : { fit: fit as Fit }),
        ...(position === undefined ? {} : { position: position as Position }),
      });
    case 'blur':
      return chain.gaussianBlur({ radius: number('--blur', value) });
    case 'sharpen':
      return chain.sharpen();
    case 'grayscale':
      return chain.grayscale();
    case 'flip':
      return chain.flip();
    case 'flop':
      return chain.flop();
    case 'rotate':
      return rotated(chain, value);
    default:
      return chain;
  }
}

function rotated(chain: Pipeline, value: string): Pipeline {
  switch (value) {
    case 'auto':
      return chain;
    case '90':
      return chain.rotate90();
    case '180':
      return chain.rotate180();
    case '270':
      return chain.rotate270();
    default:
      throw new UsageError(`Expected --rotate to be auto, 90, 180 or 270, got ${JSON.stringify(value)}`);
  }
}

function end(chain: Pipeline, format: Format, quality: number | undefined): EncodingPipeline {
  if (format === 'png') return chain.png();
  return chain[format](quality === undefined ? {} : { quality });
}

function formatOf(value: string): Format {
  const known = { jpeg: 'jpeg', jpg: 'jpeg', png: 'png', webp: 'webp' } as const;
  const format = Object.hasOwn(known, value) ? known[value as keyof typeof known] : undefined;
  if (format === undefined) {
    throw new UsageError(`Expected --format to be jpeg, png or webp, got ${JSON.stringify(value)}`);
  }
  return format;
}

/** `800x600`, `800`, `800x` or `x600`. */
function size(value: string): { width?: number; height?: number } {
  const [, width, height] = /^(\d*)(?:x(\d*))?$/i.exec(value) ?? [];
  if (!width && !height) {
    throw new UsageError(
      `Expected --resize to be WIDTHxHEIGHT, WIDTH or xHEIGHT, got ${JSON.stringify(value)}`,
    );
  }
  return { ...(width ? { width: Number(width) } : {}), ...(height ? { height: Number(height) } : {}) };
}

function number(name: string, value: string): number {
  const parsed = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isNaN(parsed))
    throw new UsageError(`Expected ${name} to be a number, got ${JSON.stringify(value)}`);
  return parsed;
}

function count(value: string): number {
  const parsed = number('--concurrency', value);
  if (Number.isInteger(parsed) && parsed >= 1) return parsed;
  throw new UsageError(`Expected --concurrency to be an integer from 1, got ${JSON.stringify(value)}`);
}

/** An option that the kernels refuse is a wrong command line. */
function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError((error as Error).message);
  }
}
