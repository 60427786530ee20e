/** Every fuzz target: a line for each family of kernels. */

import { axes } from './axis.ts';
import { bigints } from './bigint.ts';
import { codecs } from './codecs.ts';
import { exactness } from './exact.ts';
import { order } from './order.ts';
import { pipelines } from './pipelines.ts';
import { quantiles } from './quantile.ts';
import { reductions } from './reductions.ts';
import { scans } from './scan.ts';
import type { Target } from './target.ts';

/** The targets, in the order in which they run. */
export const targets: readonly Target[] = [
  reductions,
  quantiles,
  exactness,
  axes,
  order,
  scans,
  codecs,
  pipelines,
  bigints,
];
