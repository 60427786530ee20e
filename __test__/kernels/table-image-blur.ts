import { noRadii, noRasters, out, raster } from './image-rows.js';
import { choice, type KernelRow, WRONG } from './rows.js';

/** The blurs and what sharpens. */
export const blurRows: Record<string, KernelRow> = {
  gaussianBlur: {
    samples: ['Uint8Array', 'Uint8ClampedArray'],
    args: () => [raster()],
    required: { radius: 1.5 },
    options: {
      radius: {
        good: [0, 0.3, 1, 15, 1_000_000, { x: 2, y: 0 }, { x: 0.5, y: 3 }],
        bad: [
          ...noRadii,
          [undefined, WRONG],
          [{}, WRONG],
          ...noRadii.map(([value, code]) => [{ x: value, y: 1 }, code] as const),
          ...noRadii.map(([value, code]) => [{ x: 1, y: value }, code] as const),
        ],
      },
      mode: choice('pillow'),
      out: out(60),
    },
    bad: noRasters,
  },
};
