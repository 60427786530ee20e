import { boolean, integer, ownOptions } from '../../internal/check.ts';
import { defineKernel, type Kernel, type RunOptions } from '../../internal/kernel.ts';
import { call, native } from '../../internal/native.ts';
import { DEFAULT_MAX_PIXELS } from '../decode.ts';
import { type Step, stepOfFilter } from '../filter.ts';
import type { Raster } from '../raster.ts';
import { type AutoOrientOptions, autoOrient } from '../turn.ts';
import { encoder, type Format, type JpegOptions, type PngOptions, type WebpOptions } from './encoders.ts';
import { type FilterMethods, filters } from './filters.ts';
import { type Made, runLater, runNow } from './job.ts';
import { type RunAllOptions, type RunAllResult, runAll } from './run-all.ts';
import { type ImageInput, sourceOf } from './source.ts';

/** Options of `pipeline`. */
export interface PipelineOptions {
  /** Refuse a file with more pixels than this, before memory is taken for it. Default 268,402,689, as sharp's. */
  maxPixels?: number;
  /**
   * Leave the colours of a file as its profile means them, and write the profile into the result. Default
   * false: they are converted to sRGB.
   */
  keepProfile?: boolean;
  /** Write the EXIF data of a file into the result; after `autoOrient` it says "upright". Default false. */
  keepExif?: boolean;
  /**
   * Decode a JPEG at half, a quarter or an eighth of its size when the first step, apart from turns, mirrors and
   * `grayscale`, is a `resize` that is left at least 1.25 times the pixels that it makes, across and down. Faster
   * by far; single pixels differ a little. Not before the filter 'nearest'. Default true.
   */
  shrinkOnLoad?: boolean;
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
  /** Turns the image as its file's EXIF orientation says, or as `orientation` (1 to 8) does. A raster is upright. */
  autoOrient(options?: Partial<AutoOrientOptions>): Pipeline;
  /**
   * Ends the chain with a JPEG file: `quality` (80), `subsampling` ('4:2:0'), `progressive`, `optimize` (false), as
   * `encode` takes them. Of 16 bits a sample the nearest 8 are written, alpha is laid on white.
   */
  jpeg(options?: JpegOptions): EncodingPipeline;
  /** Ends the chain with a PNG file: `level` (6), as `encode` takes it. 16 bits a sample are kept. */
  png(options?: PngOptions): EncodingPipeline;
  /** Ends the chain with a WebP file: `quality` (80) or `lossless`, as `encode` takes them, of 8 bits a sample. */
  webp(options?: WebpOptions): EncodingPipeline;
}

/** A pipeline as data. */
interface State extends Required<PipelineOptions> {
  readonly steps: readonly Step[];
  readonly output?: unknown;
}

/**
 * Begins a chain of filters that runs natively from an input to an output, in the order written.
 *
 * Every method checks its options at once and gives a new pipeline; none is changed. What depends on
 * the image (a crop that lies outside) is refused when it runs. A pipeline is a kernel: called plainly
 * it runs now and blocks, `async` leaves the event loop free and takes `signal`, and a pool takes it as
 * its function. It gives the bytes of a file when `jpeg`, `png` or `webp` ends it, else a raster. An input is
 * the path or the file URL of an image file, the bytes of one, or a raster. Point filters that follow each other
 * (from `invert` to `equalize`) run as one pass. The same bytes on any number of threads.
 *
 * @param options.maxPixels The most pixels of a file that are accepted, from 1. Default 268,402,689.
 * @param options.keepProfile Whether colours stay in the space of the file's profile. Default false.
 * @param options.keepExif Whether the EXIF data of a file goes into the result. Default false.
 * @param options.shrinkOnLoad Whether a JPEG may be decoded at a fraction of its size. Default true.
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
  const names = ['maxPixels', 'keepProfile', 'keepExif', 'shrinkOnLoad'] as const;
  const own = ownOptions(options, names, 'pipeline');
  return chain({
    steps: [],
    maxPixels: integer('maxPixels', own.maxPixels ?? DEFAULT_MAX_PIXELS, 1),
    keepProfile: boolean('keepProfile', own.keepProfile ?? false),
    keepExif: boolean('keepExif', own.keepExif ?? false),
    shrinkOnLoad: boolean('shrinkOnLoad', own.shrinkOnLoad ?? true),
  });
}

/** A pipeline that more can be added to. */
function chain(state: State): Pipeline {
  const append = (step: Step) => chain({ ...state, steps: [...state.steps, step] });
  const methods = Object.entries(filters).map(([name, kernel]) => [
    name,
    (options?: object) => append(stepOfFilter(kernel, options) as Step),
  ]);
  const end = (format: Format) => (options?: object) => {
    const output = encoder(format, options);
    return Object.freeze(runnable({ ...state, output }, bytesOf)) as EncodingPipeline;
  };
  return Object.freeze(
    Object.assign(runnable(state, rasterOf), Object.fromEntries(methods), {
      autoOrient(options?: Partial<AutoOrientOptions>) {
        const { orientation } = ownOptions(options, ['orientation'], 'autoOrient');
        if (orientation === undefined) return append({ autoOrient: {} });
        return append(stepOfFilter(autoOrient, { orientation }) as Step);
      },
      jpeg: end('jpeg'),
      png: end('png'),
      webp: end('webp'),
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
  const { output } = state;
  const format = output === undefined ? undefined : (Object.keys(output as object)[0] as Format);
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
