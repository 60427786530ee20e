import { ownOptions } from '../internal/check.ts';
import { holdInput, holdOutput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { allocate, checkOut, checkRaster, type Pixels, type Raster, type Shape } from './raster.ts';

/** What every filter takes beside its own options. */
export interface OutOption<D extends Pixels = Pixels> {
  /** Where the result goes: an array of the result's length that does not overlap the input. Default: a new one. */
  out?: D;
}

/** A filter as a kernel: the input is never changed, the result has the input's array type. */
export interface FilterKernel<Options extends object> {
  <D extends Pixels>(raster: Raster<D>, options: Options & OutOption): Raster<D>;
  /** The same arguments; the options also take `signal`. Do not write to the input until the promise settles. */
  readonly async: <D extends Pixels>(
    raster: Raster<D>,
    options: Options & OutOption & RunOptions,
  ) => Promise<Raster<D>>;
}

/** A filter whose options may all be left out. */
export interface FilterKernelWithDefaults<Options extends object> {
  <D extends Pixels>(raster: Raster<D>, options?: Options & OutOption): Raster<D>;
  /** The same arguments; the options also take `signal`. Do not write to the input until the promise settles. */
  readonly async: <D extends Pixels>(
    raster: Raster<D>,
    options?: Options & OutOption & RunOptions,
  ) => Promise<Raster<D>>;
}

/** A filter with its options as data, as `crates/image/src/step.rs` reads it: its name and what it takes. */
export type Step = Readonly<Record<string, unknown>>;

/** What a list of options means, whatever the image: throws for everything that is wrong without one. */
export type StepOf<Options extends object> = (options: Partial<Options>) => Step;

/** Joins the two forms of a filter into a kernel. What depends on the image is checked by its native part. */
export function defineFilter<Options extends object>(
  name: string,
  names: readonly (keyof Options & string)[],
  stepOf: StepOf<Options>,
) {
  const plainNames = [...names, 'out'] as (keyof (Options & OutOption) & string)[];
  const asyncNames = [...plainNames, 'signal'] as (keyof (Options & OutOption & RunOptions) & string)[];
  const kernel = defineKernel(
    1,
    (raster: Raster, options?: Options & OutOption): Raster => {
      const own = ownOptions(options, plainNames, name);
      const { data, ...given } = checkRaster(raster);
      const { step, shape } = plan(stepOf(own), given, data);
      const out = own.out === undefined ? allocate(shape, data) : checkOut(own.out, shape, data);
      call(() => native.filterImage(step, data, given, out));
      return { data: out, ...shape };
    },
    async (raster: Raster, options?: Options & OutOption & RunOptions): Promise<Raster> => {
      const own = ownOptions(options, asyncNames, name);
      const { data, ...given } = checkRaster(raster);
      const { step, shape } = plan(stepOf(own), given, data);
      if (own.out === undefined) {
        const input = holdInput('raster.data', data);
        const out = allocate(shape, data); // known to nobody else until the promise settles
        await startJob((id) => native.startFilterImage(id, step, input, given, out), own.signal);
        return { data: out, ...shape };
      }
      const out = checkOut(own.out, shape, data);
      const { target, deliver } = holdOutput('out', out);
      const input = holdInput('raster.data', data);
      await startJob((id) => native.startFilterImage(id, step, input, given, target), own.signal);
      deliver();
      return { data: out, ...shape };
    },
  );
  steps.set(kernel, (options) => stepOf(ownOptions(options as Options | undefined, names, name)));
  return kernel;
}

/** How each filter makes its step, by its kernel. */
const steps = new WeakMap<object, (options: unknown) => Step>();

/** The step of a filter, or undefined for a function that is none. Throws for options that the filter refuses. */
export function stepOfFilter(kernel: object, options: unknown): Step | undefined {
  return steps.get(kernel)?.(options);
}

/** The step as the native side reads it, and the shape of its result for one image. */
function plan(step: Step, given: Shape, data: Pixels): { step: string; shape: Shape } {
  const json = JSON.stringify(step);
  const shape = call(() => native.filterShape(json, given, data.BYTES_PER_ELEMENT)) as Shape;
  return { step: json, shape };
}
