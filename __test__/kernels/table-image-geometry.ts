import { noRasters, out, raster } from './image-rows.js';
import type { KernelRow } from './rows.js';

/** What moves pixels and works on alpha. */
export const geometryRows: Record<string, KernelRow> = {
  flip: { args: () => [raster()], options: { out: out(60) }, bad: noRasters },
  flop: { args: () => [raster()], options: { out: out(60) }, bad: noRasters },
};
