/** Cases of the suite `numeric`: exact sums, prod, cumsum, cumprod. */

import type { Case } from '../harness/case.ts';
import type { NumericSetup } from './numeric-setup.ts';

/** The cases of this family. */
export const exactCases = (_setup: NumericSetup): Case[] => [];
