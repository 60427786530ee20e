import type { KernelRow } from './rows.js';

/** What looks at the neighbours of each pixel. */
export const neighbourRows: Record<string, KernelRow> = {};
