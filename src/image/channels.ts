import { argumentError, expected, ownOptions } from '../internal/check.ts';
import { holdInput, holdOutput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import type { OutOption } from './filter.ts';
import { allocate, checkOut, checkRaster, type Pixels, type Raster, type Shape } from './raster.ts';

/**
 * Takes an image apart: one grey image for each channel, alpha included.
 *
 * @param raster An image of any sample type.
 * @returns As many images as there are channels, on memory of their own.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {RangeError} when a length does not fit.
 * @example
 * import { splitChannels } from 'allcores/image';
 *
 * const [, green] = splitChannels({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 2, height: 1, channels: 3 });
 * green?.data; // [ 2, 5 ]
 */
export const splitChannels: Kernel<[raster: Raster], object, Raster[]> = defineKernel(
  1,
  (raster: Raster, options?: object) => {
    ownOptions<object>(options, [], 'splitChannels');
    const { data, ...shape } = checkRaster(raster);
    const planes = planesOf(shape, data);
    for (const [index, plane] of planes.entries()) {
      call(() => native.filterImage(channelStep(index), data, shape, plane.data));
    }
    return planes;
  },
  async (raster: Raster, options?: RunOptions) => {
    const { signal } = ownOptions<RunOptions>(options, ['signal'], 'splitChannels');
    const { data, ...shape } = checkRaster(raster);
    const planes = planesOf(shape, data);
    const input = holdInput('raster.data', data);
    await Promise.all(
      planes.map((plane, index) =>
        startJob((id) => native.startFilterImage(id, channelStep(index), input, shape, plane.data), signal),
      ),
    );
    return planes;
  },
);

function channelStep(index: number): string {
  return JSON.stringify({ channel: { index } });
}

function planesOf({ width, height, channels }: Shape, data: Pixels): Raster[] {
  const shape = { width, height, channels: 1 } as const;
  return Array.from({ length: channels }, () => ({ data: allocate(shape, data), ...shape }));
}

/**
 * Puts grey images together: the first becomes the first channel.
 *
 * @param rasters An array of 1 to 4 images with one channel each, of one size and one sample type.
 * @param options.out An array for the result, away from the images. Default: a new one of their type.
 * @throws {TypeError} when an argument has the wrong type, the sample types differ, or `out` overlaps an input.
 * @throws {RangeError} when their number, a size, a number of channels or a length does not fit.
 * @example
 * import { joinChannels } from 'allcores/image';
 *
 * const grey = (value: number) => ({ data: new Uint8Array([value]), width: 1, height: 1, channels: 1 }) as const;
 * joinChannels([grey(1), grey(2), grey(3)]).data; // [ 1, 2, 3 ]
 */
export const joinChannels: Kernel<[rasters: readonly Raster[]], OutOption, Raster> = defineKernel(
  1,
  (rasters: readonly Raster[], options?: OutOption) => {
    const { out: given } = ownOptions<OutOption>(options, ['out'], 'joinChannels');
    const { planes, from, shape, out } = prepare(rasters, given);
    const [first, second, third, fourth] = planes;
    call(() => native.joinImages(from, first as Pixels, second, third, fourth, out));
    return { data: out, ...shape };
  },
  async (rasters: readonly Raster[], options?: OutOption & RunOptions) => {
    const own = ownOptions<OutOption & RunOptions>(options, ['out', 'signal'], 'joinChannels');
    const { planes, from, shape, out } = prepare(rasters, own.out);
    const { target, deliver } = holdOutput('out', out);
    const [first, second, third, fourth] = planes.map((plane, i) => holdInput(`rasters[${i}].data`, plane));
    await startJob(
      (id) => native.startJoinImages(id, from, first as Pixels, second, third, fourth, target),
      own.signal,
    );
    deliver();
    return { data: out, ...shape };
  },
);

function prepare(value: unknown, given: unknown) {
  if (!Array.isArray(value)) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('rasters', 'an array of rasters', value));
  }
  if (value.length < 1 || value.length > 4) {
    throw argumentError('ERR_OUT_OF_RANGE', `Expected 1 to 4 images to join, got ${value.length}`);
  }
  const rasters = Array.from(value, checkRaster);
  const [{ data, width, height }] = rasters as [Raster];
  for (const [i, raster] of rasters.entries()) {
    if (raster.data.BYTES_PER_ELEMENT !== data.BYTES_PER_ELEMENT) {
      const message = 'Expected all images of joinChannels to have samples of one type';
      throw argumentError('ERR_INVALID_ARG_TYPE', message);
    }
    if (raster.channels !== 1 || raster.width !== width || raster.height !== height) {
      const what = `a grey image of ${width} × ${height} pixels`;
      const got = `${raster.channels} channels of ${raster.width} × ${raster.height}`;
      throw argumentError('ERR_OUT_OF_RANGE', `Expected \`rasters[${i}]\` to be ${what}, got ${got}`);
    }
  }
  const planes = rasters.map((raster) => raster.data);
  const shape = { width, height, channels: planes.length as Shape['channels'] };
  const out = given === undefined ? allocate(shape, data) : checkOut(given, shape, data, ...planes.slice(1));
  return { planes, from: { width, height, channels: 1 }, shape, out };
}
