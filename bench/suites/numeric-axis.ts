/** Cases of the suite `numeric`: reductions along an axis. */

import type { Case } from '../harness/case.ts';
import type { NumericSetup } from './numeric-setup.ts';

/** The cases of this family. */
export const axisCases = (_setup: NumericSetup): Case[] => [];
