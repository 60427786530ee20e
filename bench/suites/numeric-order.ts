/** Cases of the suite `numeric`: sort, argsort, unique, searchsorted. */

import type { Case } from '../harness/case.ts';
import type { NumericSetup } from './numeric-setup.ts';

/** The cases of this family. */
export const orderCases = (_setup: NumericSetup): Case[] => [];
