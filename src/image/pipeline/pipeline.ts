import { integer, ownOptions } from '../../internal/check.ts';
import { defineKernel, type Kernel, type RunOptions } from '../../internal/kernel.ts';
import { call, native } from '../../internal/native.ts';
import { DEFAULT_MAX_PIXELS } from '../decode.ts';
import { type Step, stepOfFilter } from '../filter.ts';
import type { Raster } from '../raster.ts';
import { type JpegOptions, jpegOutput, type Output, type PngOptions, pngOutput } from './encoders.ts';
import { type FilterMethods, filters } from './filters.ts';
import { type Made, runLater, runNow } from './job.ts';
import { type RunAllOptions, type RunAllResult, runAll } from './run-all.ts';
import { type ImageInput, sourceOf } from './source.ts';

/** Options of `pipeline`. */
export interface PipelineOptions {
  /** Refuse a file with more pixels than this, before memory is taken for it. Default 268,402,689, as sharp's. */
  maxPixels?: number;
}

/** What every pipeline has. */
export interface AnyPipeline<Result> extends Kernel<[input: ImageInput], object, Result> {
  /**
   * Runs the pipeline on many images, as many at a time as there are native threads, and gives each as it
   * finishes. Inputs are pulled as results are taken.
   *
   * Nothing begins before the iteration does; leaving it stops what runs. Failures are items of their own
   * (`errors: 'collect'`). An image is split over the threads only when fewer are on their way than there are
   * threads. The results do not depend on `concurrency`, their order does.
   *
   * @param inputs Paths, file URLs, bytes of files, or rasters.
   * @throws {TypeError} for options that are refused.
   */
  runAll<Input extends ImageInput>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options?: RunAllOptions<Input> & { readonly outDir?: never; readonly output?: never },
  ): AsyncIterableIterator<RunAllResult<Input, Result>>;
}

/** A pipeline that an encoder has ended: it gives the bytes of a file. */
export interface EncodingPipeline extends AnyPipeline<Uint8Array> {
  /**
   * Runs the pipeline on many images and writes a file for each; see the other form.
   *
   * A file appears under its name when it is complete: it is written under a temporary name in the same folder
   * and renamed. What a killed run has left under temporary names is removed by the next one in that folder. A
   * file that is there is kept unless `overwrite`: its item fails with an ImageError whose cause has the code
   * EEXIST.
   *
   * @param options.outDir The folder for the files, or `output`, a function that gives the path of each.
   * @throws {TypeError} for a list of inputs of which two would have the same file.
   * @throws {ImageError} (as an item's `error`) ALLCORES_ERR_IMAGE_IO when a file cannot be read or written.
   */
  runAll<Input extends ImageInput>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options: RunAllOptions<Input> &
      ({ readonly outDir: string | URL } | { readonly output: NonNullable<RunAllOptions<Input>['output']> }),
  ): AsyncIterableIterator<RunAllResult<Input, string>>;
  /** Without `outDir` and `output`: gives the bytes. */
  runAll<Input extends ImageInput>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options?: RunAllOptions<Input> & { readonly outDir?: never; readonly output?: never },
  ): AsyncIterableIterator<RunAllResult<Input, Uint8Array>>;
}

/** A chain of filters; it gives pixels until an encoder ends it. Each method gives a new pipeline with one step more. */
export interface Pipeline extends AnyPipeline<Raster>, FilterMethods<Pipeline> {
  /** Ends the chain with a JPEG file: `quality` (80), `subsampling` ('4:2:0'), as `encode` takes them. */
  jpeg(options?: JpegOptions): EncodingPipeline;
  /** Ends the chain with a PNG file: `level` (6), as `encode` takes it. */
  png(options?: PngOptions): EncodingPipeline;
}

/** A pipeline as data. */
interface State {
  readonly steps: readonly Step[];
  readonly output?: Output;
  readonly maxPixels: number;
}

/**
 * Begins a chain of filters that runs natively from an input to an output, in the order written.
 *
 * Every method checks its options at once and gives a new pipeline; none is changed. What depends on
 * the image (a crop that lies outside) is refused when it runs. A pipeline is a kernel: called plainly
 * it runs now and blocks, `async` leaves the event loop free and takes `signal`, and a pool takes it as
 * its function. It gives the bytes of a file when `jpeg` or `png` ends it, else a raster. An input is the
 * path or the file URL of an image file, the bytes of one, or a raster. The same bytes on any number of threads.
 *
 * @param options.maxPixels The most pixels of a file that are accepted, from 1. Default 268,402,689.
 * @throws {TypeError} from a method, when an option has the wrong type or is unknown.
 * @throws {RangeError} from a method, when a number is out of range.
 * @throws {ImageError} from a run: the codes of `decode` and `encode`, and ALLCORES_ERR_IMAGE_IO when the file cannot
 *   be read; `path` names it, `cause` is the system's error.
 * @example
 * import { pipeline } from 'allcores/image';
 *
 * const grey = pipeline().flop().grayscale();
 * grey({ data: new Uint8Array([255, 0, 0, 0, 0, 0]), width: 2, height: 1, channels: 3 }).data; // [ 0, 76 ]
 */
export function pipeline(options?: PipelineOptions): Pipeline {
  const own = ownOptions(options, ['maxPixels'], 'pipeline');
  const { maxPixels = DEFAULT_MAX_PIXELS } = own;
  return chain({ steps: [], maxPixels: integer('maxPixels', maxPixels, 1) });
}

/** A pipeline that more can be added to. */
function chain(state: State): Pipeline {
  const append = (step: Step) => chain({ ...state, steps: [...state.steps, step] });
  const methods = Object.entries(filters).map(([name, kernel]) => [
    name,
    (options?: object) => append(stepOfFilter(kernel, options) as Step),
  ]);
  const end = (output: Output) => Object.freeze(runnable({ ...state, output }, bytesOf)) as EncodingPipeline;
  return Object.freeze(
    Object.assign(runnable(state, rasterOf), Object.fromEntries(methods), {
      jpeg: (given?: JpegOptions) => end(jpegOutput(given)),
      png: (given?: PngOptions) => end(pngOutput(given)),
    }),
  ) as Pipeline;
}

function runnable<Result>(state: State, resultOf: (made: Made) => Result): AnyPipeline<Result> {
  const json = JSON.stringify(state);
  call(() => native.checkPipeline(json));
  const kernel = defineKernel(
    1,
    (input: ImageInput, options?: object) => {
      ownOptions(options, [], 'a pipeline');
      return resultOf(runNow(json, sourceOf(input)));
    },
    async (input: ImageInput, options?: RunOptions) => {
      const { signal } = ownOptions(options, ['signal'], 'a pipeline');
      return resultOf(await runLater(json, sourceOf(input), signal));
    },
  );
  const format = state.output === undefined ? undefined : Object.keys(state.output)[0];
  return Object.assign(kernel, {
    runAll: (inputs: unknown, options?: RunAllOptions) => runAll(json, format, inputs, options),
  }) as unknown as AnyPipeline<Result>;
}

function bytesOf({ data }: Made): Uint8Array {
  return data as Uint8Array;
}

function rasterOf({ data, width, height, channels }: Made): Raster {
  return { data: data as Raster['data'], width, height, channels };
}
