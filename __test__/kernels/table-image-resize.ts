import { noRasters, out, raster, side } from './image-rows.js';
import { boolean, choice, type KernelRow } from './rows.js';

/** What brings images to other sizes. */
export const resizeRows: Record<string, KernelRow> = {
  resize: {
    samples: ['Uint8Array', 'Uint8ClampedArray'],
    args: () => [raster()],
    required: { width: 3, height: 2 },
    options: {
      width: { ...side, beside: { height: 2 } },
      height: { ...side, beside: { width: 3 } },
      fit: choice('fill', 'cover', 'inside', 'outside'),
      filter: choice('nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos3'),
      withoutEnlargement: boolean,
      out: out(18),
    },
    bad: noRasters,
  },
};
