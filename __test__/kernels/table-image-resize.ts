import { noRasters, out, raster, side } from './image-rows.js';
import { boolean, choice, type KernelRow, RANGE, VALUE, WRONG } from './rows.js';

/** What brings images to other sizes. */
export const resizeRows: Record<string, KernelRow> = {
  resize: {
    args: () => [raster()],
    required: { width: 3, height: 2 },
    options: {
      width: { ...side, beside: { height: 2 } },
      height: { ...side, beside: { width: 3 } },
      fit: choice('fill', 'cover', 'contain', 'inside', 'outside'),
      filter: choice('nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos3'),
      position: {
        good: [
          ...['center', 'centre', 'top', 'left', 'bottom', 'right', 'left top', 'top left', 'center right'],
          { x: 0, y: 1 },
          { x: 0.25, y: 0.5 },
          undefined,
        ],
        bad: [
          ...['', 'up', 'top bottom', 'left left', 'left top top', ' top', { x: 0, y: 0, z: 0 }].map(
            (value) => [value, VALUE] as const,
          ),
          ...[1, null, true, ['top'], {}, { x: 1 }, { x: 0, y: '1' }].map((value) => [value, WRONG] as const),
          ...[-0.1, 1.1, Number.NaN].map((y) => [{ x: 0, y }, RANGE] as const),
        ],
      },
      background: {
        good: [0, 255, 0.5, [1, 2, 3], new Uint8Array(3), undefined],
        bad: [
          ...['black', null, 1n, {}].map((value) => [value, WRONG] as const),
          ...[[], [1, 2], [1, 2, 3, 4], Number.NaN].map((value) => [value, RANGE] as const),
        ],
      },
      withoutEnlargement: boolean,
      mode: choice('pillow', 'fast'),
      out: out(18),
    },
    bad: noRasters,
  },
};
