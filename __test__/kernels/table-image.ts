import * as image from 'allcores/image';
import { noRasters, raster } from './image-rows.js';
import { choice, integer, type KernelRow, WRONG } from './rows.js';
import { blurRows } from './table-image-blur.js';
import { colourRows } from './table-image-colour.js';
import { geometryRows } from './table-image-geometry.js';
import { neighbourRows } from './table-image-neighbour.js';
import { resizeRows } from './table-image-resize.js';

/** Every export of `allcores/image`. */
export const imageRows: Record<string, KernelRow> = {
  decode: {
    args: () => [image.encode(raster(), { format: 'png' })],
    options: {
      maxPixels: {
        ...integer(1, Number.MAX_SAFE_INTEGER, [20, 1000, Number.MAX_SAFE_INTEGER]),
      },
    },
    bad: [
      ...[
        undefined,
        null,
        1,
        'file.png',
        {},
        new ArrayBuffer(8),
        new DataView(new ArrayBuffer(8)),
        [1, 2],
      ].map((value) => [[value], WRONG] as const),
      [[new Uint16Array(8)], WRONG],
    ],
  },
  encode: {
    samples: ['Uint8Array', 'Uint8ClampedArray'],
    args: () => [raster()],
    required: { format: 'png' },
    options: {
      format: { ...choice('jpeg', 'png'), good: ['jpeg', 'png'] },
      quality: { ...integer(1, 100, [1, 50, 100]), beside: { format: 'jpeg' } },
      subsampling: { ...choice('4:2:0', '4:4:4'), beside: { format: 'jpeg' } },
      level: { ...integer(0, 9, [0, 1, 9]), beside: { format: 'png' } },
    },
    bad: noRasters,
  },
  ...blurRows,
  ...colourRows,
  ...geometryRows,
  ...neighbourRows,
  ...resizeRows,
};
