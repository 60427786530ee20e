/** What a line of the parity table is. */

/** A test: its file below `__test__`, and its title as in the source, without those of the suites around it. */
export interface Proof {
  readonly file: string;
  readonly title: string;
}

/** Why a line, or a part of it, has no Node form. */
export type NoForm =
  | 'keyword arguments'
  | 'authkey'
  | 'overriding run()'
  | 'contexts'
  | 'map_async callbacks'
  | "setting a future's result"
  // An object that allcores does not have yet.
  | 'Queue'
  | 'Pipe'
  | 'Lock'
  | 'Manager';

/** A part of a line that nothing here proves, and why. */
export interface Missing {
  readonly why: NoForm;
  /** What is there instead, or what it waits for. */
  readonly instead: string;
}

/**
 * Where a behaviour has to hold: in threads and in child processes; in one of them, because the other has
 * nothing like it; or in the program itself, where no worker takes part.
 */
export type Scope = 'each kind' | 'processes' | 'threads' | 'program';

/** One behaviour. */
export interface Line {
  /** The tests of CPython that check it; none where CPython has no test. */
  readonly python: readonly string[];
  readonly behaviour: string;
  readonly on: Scope;
  /** What proves it; for `each kind` all of them run on each kind. */
  readonly tests: readonly Proof[];
  /** What proves parts of it that have to do with one kind only, or with none. */
  readonly also?: readonly Proof[];
  readonly missing?: readonly Missing[];
}

/** Makes proofs of one file out of titles. */
export function from(file: string): (title: string) => Proof {
  return (title) => ({ file: `${file}.spec.ts`, title });
}
