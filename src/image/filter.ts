import { ownOptions } from '../internal/check.ts';
import { holdInput, holdOutput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call } from '../internal/native.ts';
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

/** What a filter will do to one raster: the shape of its result and its two native entries. */
export interface Plan {
  readonly shape: Shape;
  readonly run: (data: Pixels, out: Pixels) => unknown;
  readonly start: (id: number, data: Pixels, out: Pixels) => Promise<unknown>;
}

/** Joins the two forms of a filter into a kernel. */
export function defineFilter<Options extends object>(
  name: string,
  names: readonly (keyof Options & string)[],
  plan: (raster: Raster, options: Partial<Options>) => Plan,
) {
  const plainNames = [...names, 'out'] as (keyof (Options & OutOption) & string)[];
  const asyncNames = [...plainNames, 'signal'] as (keyof (Options & OutOption & RunOptions) & string)[];
  return defineKernel(
    1,
    (raster: Raster, options?: Options & OutOption): Raster => {
      const own = ownOptions(options, plainNames, name);
      const input = checkRaster(raster);
      const { shape, run } = plan(input, own);
      const out = own.out === undefined ? allocate(shape, input.data) : checkOut(own.out, shape, input.data);
      call(() => run(input.data, out));
      return { data: out, ...shape };
    },
    async (raster: Raster, options?: Options & OutOption & RunOptions): Promise<Raster> => {
      const own = ownOptions(options, asyncNames, name);
      const input = checkRaster(raster);
      const { shape, start } = plan(input, own);
      if (own.out === undefined) {
        const data = holdInput('raster.data', input.data);
        const out = allocate(shape, input.data); // known to nobody else until the promise settles
        await startJob((id) => start(id, data, out), own.signal);
        return { data: out, ...shape };
      }
      const given = checkOut(own.out, shape, input.data);
      const { target, deliver } = holdOutput('out', given);
      const data = holdInput('raster.data', input.data);
      await startJob((id) => start(id, data, target), own.signal);
      deliver();
      return { data: given, ...shape };
    },
  );
}
