/** Cases of the suite `numeric`: median, quantile, histogram, bincount. */

import type { Case } from '../harness/case.ts';
import type { NumericSetup } from './numeric-setup.ts';

/** The cases of this family. */
export const quantileCases = (_setup: NumericSetup): Case[] => [];
