import { argumentError, choice, finite, integer, ownOptions } from '../internal/check.ts';
import { holdInput, holdOutput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import type { OutOption } from './filter.ts';
import { allocate, checkOut, checkRaster, type Pixels, type Raster } from './raster.ts';

/** A kernel over two images; the result has the shape and the array type of the first. */
export interface PairKernel<Options extends object> {
  <D extends Pixels>(base: Raster<D>, other: Raster, options: Options & OutOption): Raster<D>;
  /** The same arguments; the options also take `signal`. Do not write to the images until the promise settles. */
  readonly async: <D extends Pixels>(
    base: Raster<D>,
    other: Raster,
    options: Options & OutOption & RunOptions,
  ) => Promise<Raster<D>>;
}

/** The same, when the options may all be left out. */
export interface PairKernelWithDefaults<Options extends object> {
  <D extends Pixels>(base: Raster<D>, other: Raster, options?: Options & OutOption): Raster<D>;
  /** The same arguments; the options also take `signal`. Do not write to the images until the promise settles. */
  readonly async: <D extends Pixels>(
    base: Raster<D>,
    other: Raster,
    options?: Options & OutOption & RunOptions,
  ) => Promise<Raster<D>>;
}

type Both = { base: Raster; other: Raster; out: Pixels; json: string };

function definePair<Options extends object>(
  name: string,
  names: readonly (keyof Options & string)[],
  pairOf: (options: Partial<Options>) => object,
) {
  const plainNames = [...names, 'out'] as (keyof (Options & OutOption) & string)[];
  const asyncNames = [...plainNames, 'signal'] as (keyof (Options & OutOption & RunOptions) & string)[];
  const prepare = (first: unknown, second: unknown, own: Partial<Options & OutOption>): Both => {
    const [base, other] = [checkRaster(first), checkRaster(second)];
    const json = JSON.stringify(pairOf(own));
    if (base.data.BYTES_PER_ELEMENT !== other.data.BYTES_PER_ELEMENT) {
      const message = `Expected both images of ${name} to have samples of one type`;
      throw argumentError('ERR_INVALID_ARG_TYPE', message);
    }
    const { data, ...shape } = base;
    if (own.out === undefined) return { base, other, json, out: allocate(shape, data) };
    return { base, other, json, out: checkOut(own.out, shape, data, other.data) };
  };
  return defineKernel(
    2,
    (first: Raster, second: Raster, options?: Options & OutOption): Raster => {
      const { base, other, out, json } = prepare(first, second, ownOptions(options, plainNames, name));
      const [{ data, ...shape }, { data: otherData, ...otherShape }] = [base, other];
      call(() => native.pairImages(json, data, shape, otherData, otherShape, out));
      return { data: out, ...shape };
    },
    async (first: Raster, second: Raster, options?: Options & OutOption & RunOptions): Promise<Raster> => {
      const own = ownOptions(options, asyncNames, name);
      const { base, other, out, json } = prepare(first, second, own);
      const [{ data, ...shape }, { data: otherData, ...otherShape }] = [base, other];
      const { target, deliver } = holdOutput('out', out);
      const [held, heldOther] = [holdInput('base.data', data), holdInput('other.data', otherData)];
      await startJob(
        (id) => native.startPairImages(id, json, held, shape, heldOther, otherShape, target),
        own.signal,
      );
      deliver();
      return { data: out, ...shape };
    },
  );
}

const MAX_SIDE = 0x7fff_ffff;

const modes = [
  'clear',
  'source',
  'over',
  'in',
  'out',
  'atop',
  'dest',
  'dest-over',
  'dest-in',
  'dest-out',
  'dest-atop',
  'xor',
  'add',
  'multiply',
  'screen',
  'overlay',
  'darken',
  'lighten',
  'color-dodge',
  'color-burn',
  'hard-light',
  'soft-light',
  'difference',
  'exclusion',
] as const;

/** How two pixels become one, by the names of W3C's "Compositing and Blending Level 1". */
export type BlendMode = (typeof modes)[number];

/** Options of `composite`. */
export interface CompositeOptions {
  /** The column of the lower image at which the upper one begins; may be negative. Default 0. */
  left?: number;
  /** The row at which it begins. Default 0. */
  top?: number;
  /** How two pixels become one. Default `'over'`. */
  blend?: BlendMode;
}

/**
 * Lays one image on another by its alpha.
 *
 * The formulas are those of W3C's "Compositing and Blending Level 1". `'over'` of 8 bits has the bytes of Pillow's
 * `Image.alpha_composite`. Outside of the upper image the lower one is kept; what hangs over an edge is cut. A lower image
 * without alpha counts as opaque, and the result of modes that make it transparent lies on black.
 *
 * @param base The lower image, of any sample type.
 * @param other The upper image: the same sample type, grey or with the colours of the lower one.
 * @param options.left Default 0.
 * @param options.top Default 0.
 * @param options.blend Default `'over'`.
 * @param options.out An array for the result, away from both images. Default: a new one.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps an input.
 * @throws {RangeError} when a number is out of range, colours are laid on grey, or a length does not fit.
 * @example
 * import { composite } from 'allcores/image';
 *
 * const page = { data: new Uint8Array([200, 200, 200]), width: 3, height: 1, channels: 1 } as const;
 * const mark = { data: new Uint8Array([0, 255]), width: 1, height: 1, channels: 2 } as const;
 * composite(page, mark, { left: 1 }).data; // [ 200, 0, 200 ]
 */
export const composite = definePair<CompositeOptions>(
  'composite',
  ['left', 'top', 'blend'],
  ({ left = 0, top = 0, blend: mode = 'over' }) => ({
    composite: {
      left: integer('left', left, -MAX_SIDE, MAX_SIDE),
      top: integer('top', top, -MAX_SIDE, MAX_SIDE),
      blend: choice('blend', mode, modes),
    },
  }),
) as PairKernelWithDefaults<CompositeOptions>;

/** Options of `blend`. */
export interface BlendOptions {
  /** 0 gives the first image, 1 the second; outside of them the difference grows. From -1,000,000 to 1,000,000. */
  alpha: number;
}

/**
 * Mixes two images: `first + alpha * (second - first)` for every sample, those of alpha channels too.
 *
 * Of 8 bits the bytes of Pillow's `Image.blend`.
 *
 * @param first An image of any sample type.
 * @param second An image of the same type and shape.
 * @param options.alpha The share of the second image.
 * @param options.out An array for the result, away from both images. Default: a new one.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps an input.
 * @throws {RangeError} when the shapes differ, or a number or a length is out of range.
 * @example
 * import { blend } from 'allcores/image';
 *
 * const dark = { data: new Uint8Array([10]), width: 1, height: 1, channels: 1 } as const;
 * const light = { data: new Uint8Array([250]), width: 1, height: 1, channels: 1 } as const;
 * blend(dark, light, { alpha: 0.25 }).data; // [ 70 ]
 */
export const blend = definePair<BlendOptions>('blend', ['alpha'], ({ alpha }) => ({
  blend: { alpha: finite('alpha', alpha, -1_000_000, 1_000_000) },
})) as PairKernel<BlendOptions>;
