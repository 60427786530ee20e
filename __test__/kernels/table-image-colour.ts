import { noRasters, out, raster } from './image-rows.js';
import type { KernelRow } from './rows.js';

/** What changes values and colours. */
export const colourRows: Record<string, KernelRow> = {
  grayscale: {
    samples: ['Uint8Array', 'Uint8ClampedArray'],
    args: () => [raster()],
    options: { out: out(20) },
    bad: noRasters,
  },
};
