import { argumentError, ownOptions } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { checkRaster, type Raster } from './raster.ts';

/**
 * Counts how often each value occurs in each channel, alpha included.
 *
 * @param raster An image of 8 or 16 bits, 1 to 4 channels.
 * @returns One Uint32Array for each channel, with 256 or 65,536 counts. The same on any number of threads.
 * @throws {TypeError} when an argument has the wrong type, or the samples are floats.
 * @throws {RangeError} when a length does not fit.
 * @example
 * import { histogram } from 'allcores/image';
 *
 * const [red] = histogram({ data: new Uint8Array([7, 0, 0, 7, 1, 2]), width: 2, height: 1, channels: 3 });
 * red?.[7]; // 2
 */
export const histogram: Kernel<[raster: Raster], object, Uint32Array[]> = defineKernel(
  1,
  (raster: Raster, options?: object) => {
    ownOptions<object>(options, [], 'histogram');
    const { data, ...shape } = checkRaster(raster);
    const counts = room(data, shape.channels);
    call(() => native.imageHistogram(data, shape, counts));
    return split(counts, shape.channels);
  },
  async (raster: Raster, options?: RunOptions) => {
    const { signal } = ownOptions<RunOptions>(options, ['signal'], 'histogram');
    const { data, ...shape } = checkRaster(raster);
    const counts = room(data, shape.channels);
    const input = holdInput('raster.data', data);
    await startJob((id) => native.startImageHistogram(id, input, shape, counts), signal);
    return split(counts, shape.channels);
  },
);

function room(data: Raster['data'], channels: number): Uint32Array {
  if (data.BYTES_PER_ELEMENT === 4) {
    const message = 'Expected samples of 8 or 16 bits for histogram, got floats';
    throw argumentError('ERR_INVALID_ARG_TYPE', message);
  }
  return new Uint32Array(channels * 256 ** data.BYTES_PER_ELEMENT);
}

function split(counts: Uint32Array, channels: number): Uint32Array[] {
  const levels = counts.length / channels;
  return Array.from({ length: channels }, (_, channel) =>
    counts.slice(channel * levels, (channel + 1) * levels),
  );
}
