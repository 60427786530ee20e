import {
  abortSignal,
  argumentError,
  boolean,
  callable,
  choice,
  expected,
  integer,
  ownOptions,
} from '../../internal/check.ts';
import { native } from '../../internal/native.ts';
import type { Raster } from '../raster.ts';
import { Batch, type BatchProgress, type Row } from './batch.ts';
import type { Format } from './encoders.ts';
import { type ImageInput, pathOf } from './source.ts';
import { type Naming, Targets } from './targets.ts';

/** Options of `runAll`. */
export interface RunAllOptions<Input extends ImageInput = ImageInput> {
  /** Images that are worked on at the same time, from 1. Default: the number of native threads. */
  concurrency?: number;
  /**
   * Bytes that all images on their way may take together: the input's file, decoded pixels, and the result
   * until it is taken. Estimated from each header before the image is read. An image that needs more than all
   * of it runs alone. Default 536,870,912 (512 MiB).
   */
  maxBytesInFlight?: number;
  /**
   * The folder for the files, made when it is missing. A file is named as its input, with the ending of its
   * format; bytes and rasters are named `image-<index>`.
   */
  outDir?: string | URL;
  /** The path of each file, instead of `outDir`; missing folders are made. */
  output?: (input: Input, index: number) => string | URL;
  /** Whether a file that is there is replaced. Default false: it is kept, and its item fails (cause EEXIST). */
  overwrite?: boolean;
  /** Stops everything at its next block; the iteration rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called after each image. */
  onProgress?: (progress: BatchProgress) => void;
  /** `'collect'` (default): failures are items like others. `'first'`: the first one ends the iteration. */
  errors?: 'first' | 'collect';
}

/** An image of a batch that is finished. */
export interface RunAllDone<Input, Output> {
  /** The number of its input, from 0. */
  readonly index: number;
  readonly input: Input;
  /** The path of its file, or the bytes or the raster when nothing says where files go. */
  readonly output: Output;
  /** Of the result, in pixels. */
  readonly width: number;
  /** Of the result, in pixels. */
  readonly height: number;
  /** Bytes of the file, or of the samples. */
  readonly size: number;
  readonly error?: undefined;
}

/** An image of a batch that failed. */
export interface RunAllFailed<Input> {
  /** The number of its input, from 0. */
  readonly index: number;
  readonly input: Input;
  /** Why. An ImageError about a file has its `path`. */
  readonly error: Error;
  readonly output?: undefined;
}

/** What `runAll` gives for an image. */
export type RunAllResult<Input, Output> = RunAllDone<Input, Output> | RunAllFailed<Input>;

const names = [
  'concurrency',
  'maxBytesInFlight',
  'outDir',
  'output',
  'overwrite',
  'signal',
  'onProgress',
  'errors',
] as const;

const DEFAULT_BYTES_IN_FLIGHT = 512 * 1024 * 1024;

/** Checks everything that is known before the first image, and gives the iteration, which begins when it is read. */
export function runAll(
  pipeline: string,
  format: Format | undefined,
  inputs: unknown,
  options: RunAllOptions | undefined,
): AsyncIterableIterator<RunAllResult<unknown, unknown>> {
  const own = ownOptions(options, names, 'runAll');
  const naming = namingOf(own, format);
  const iterator = iteratorOf(inputs);
  const list: readonly unknown[] | undefined = Array.isArray(inputs) ? inputs : undefined;
  const { errors = 'collect', onProgress, signal } = own;
  const batch = new Batch({
    pipeline,
    inputs: iterator,
    total: list?.length,
    concurrency:
      own.concurrency === undefined ? native.machine().threads : integer('concurrency', own.concurrency, 1),
    maxBytesInFlight: integer('maxBytesInFlight', own.maxBytesInFlight ?? DEFAULT_BYTES_IN_FLIGHT, 1),
    targets: naming === undefined ? undefined : new Targets(naming, list),
    signal: signal === undefined ? undefined : abortSignal('signal', signal),
    onProgress:
      onProgress === undefined ? undefined : (callable('onProgress', onProgress) as typeof onProgress),
    stopAtError: choice('errors', errors, ['first', 'collect']) === 'first',
  });
  return rows(batch, format !== undefined);
}

async function* rows(
  batch: Batch,
  areFiles: boolean,
): AsyncGenerator<RunAllResult<unknown, unknown>, undefined> {
  try {
    for (let row = await batch.take(); row !== undefined; row = await batch.take()) {
      yield resultOf(row, areFiles);
    }
    return undefined;
  } finally {
    await batch.stop();
  }
}

function resultOf(row: Row, isFile: boolean): RunAllResult<unknown, unknown> {
  const { index, input } = row;
  if ('error' in row) return { index, input, error: row.error };
  const { data, width, height, channels, size } = row.made;
  if (row.path !== undefined) return { index, input, output: row.path, width, height, size };
  const output = isFile ? data : ({ data, width, height, channels } as Raster);
  return { index, input, output, width, height, size };
}

function namingOf(
  { outDir, output, overwrite = false }: Partial<RunAllOptions>,
  format: Format | undefined,
): Naming | undefined {
  boolean('overwrite', overwrite);
  if (outDir === undefined && output === undefined) {
    if (!overwrite) return undefined;
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `outDir` or `output` beside `overwrite`');
  }
  if (outDir !== undefined && output !== undefined) {
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected one of `outDir` and `output`, got both');
  }
  if (format === undefined) {
    const message = 'Expected an encoder to end a pipeline that writes files, such as `.jpeg()`';
    throw argumentError('ERR_INVALID_ARG_VALUE', message);
  }
  return {
    outDir: outDir === undefined ? undefined : pathOf('outDir', outDir),
    output: output === undefined ? undefined : (callable('output', output) as Naming['output']),
    overwrite,
    format,
  };
}

function iteratorOf(inputs: unknown): AsyncIterator<unknown> | Iterator<unknown> {
  if (typeof inputs === 'object' && inputs !== null && !ArrayBuffer.isView(inputs)) {
    const { [Symbol.asyncIterator]: async, [Symbol.iterator]: plain } = inputs as Partial<
      AsyncIterable<unknown> & Iterable<unknown>
    >;
    if (typeof async === 'function') return async.call(inputs) as AsyncIterator<unknown>;
    if (typeof plain === 'function') return plain.call(inputs) as Iterator<unknown>;
  }
  const message = expected('inputs', 'an iterable or async iterable of inputs', inputs);
  throw argumentError('ERR_INVALID_ARG_TYPE', message);
}
