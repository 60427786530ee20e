/** What a benchmark is made of. */

import type { Agreement } from './agreement.ts';
import type { Resources } from './resources.ts';

/**
 * What one run of the work gives, in a form that can be compared: one value, the bytes of an array,
 * or several numbers (a pair, an array, what several calls gave).
 */
export type Answer = number | bigint | string | Uint8Array | Float64Array;

/** How long one round of measuring lasts. */
export interface Budget {
  /** Seconds after which the round ends. */
  readonly seconds: number;
  /** At least so many samples, even when they take longer. */
  readonly samples: number;
}

/** One way to do the work. */
export interface Contender {
  /** The settings, as the table shows them. */
  readonly name: string;
  /** Items of work in one run; the `n` of the case when left out. */
  readonly items?: number;
  /** Does the work once and gives what it gave. */
  answer(): Answer | Promise<Answer>;
  /** Does the work again and again; the seconds of each run. */
  time(budget: Budget): Promise<number[]>;
}

/** What our time is put beside. */
export interface Rival {
  readonly peer: string;
  /** Every way the peer may be set; the fastest counts. */
  readonly settings: readonly Contender[];
  /** What "the same answer" means here. */
  readonly agreement: Agreement;
  /** What our side must answer to this rival, when it is not what the timed call gives. */
  readonly oursForCheck?: () => Answer | Promise<Answer>;
}

/** Both sides of a case, ready to run. */
export interface Sides {
  readonly ours: Contender;
  readonly rivals: readonly Rival[];
}

/** How times are shown: of a whole run, or of one of its items. */
export type Unit = 'ms' | 'us' | 'ns/item';

/** One line of work, measured against one or more rivals. `open` is called only when the case is to run. */
export interface Case {
  readonly task: string;
  readonly n: number;
  readonly unit: Unit;
  open(): Promise<Sides>;
}

/** What the suites are told. */
export interface Context {
  /** Whether the installed peers run too, or only the plain-JavaScript baselines. */
  readonly peers: boolean;
  /** Whether sizes are small: for a test of the harness, not for figures. */
  readonly quick: boolean;
  /** Where everything that must be ended or removed is left. */
  readonly resources: Resources;
}

/** A named group of cases. */
export type Suite = (context: Context) => readonly Case[];

/** One measured line, as `--json` writes it. */
export interface Row {
  readonly suite: string;
  readonly task: string;
  readonly n: number;
  /** Our median time, in `unit`. */
  readonly ours: number;
  readonly peer: string;
  /** The peer's median time, in `unit`. */
  readonly theirs: number;
  /** `theirs / ours`: above 1 we are faster. */
  readonly ratio: number;
  /** Whether both sides gave the same answer before they were timed. */
  readonly checked: boolean;
  readonly unit: Unit;
}

/** A row with what only the table shows. */
export interface MeasuredRow extends Row {
  /** The peer's fastest settings. */
  readonly setting: string;
  /** How the answers were compared. */
  readonly agreement: string;
}
