/** The behaviours of `concurrent.futures.Future`. */

import { from, type Line } from './line.js';

const submit = from('conformance/executor-submit');
const future = from('unit/future');

/** In the order of CPython's tests. */
export const futureLines: readonly Line[] = [
  {
    python: [
      'test_done_callback_with_result',
      'test_done_callback_with_exception',
      'test_done_callback_with_cancel',
    ],
    behaviour: 'a done callback gets the future on a result, an error and a cancel',
    on: 'each kind',
    tests: [submit('calls back on a result, an error and a cancel, in the context of the caller')],
    also: [future('gets the future on a result, an error and a cancel, at that moment')],
  },
  {
    python: ['test_done_callback_raises', 'test_done_callback_raises_already_succeeded'],
    behaviour: 'a callback that throws is reported, and the others run',
    on: 'program',
    tests: [
      future('that throws or rejects is reported, and the others run'),
      future('runs at once when the future has ended already'),
    ],
  },
  {
    python: ['test_repr'],
    behaviour: 'a future shows its state and the type of what it has',
    on: 'program',
    tests: [future('shows its state and the type of what it has')],
  },
  {
    python: ['test_cancel'],
    behaviour: 'only a pending future can be cancelled',
    on: 'each kind',
    tests: [
      submit('is pending, then running, then finished; only a pending one can be cancelled'),
      submit('that was sent to a busy worker can be cancelled and never runs, the %s one first'),
    ],
    also: [future('can be cancelled as long as it has not begun, once and for all')],
  },
  {
    python: ['test_cancelled', 'test_done', 'test_running'],
    behaviour: 'cancelled, done and running are right in each state',
    on: 'program',
    tests: [future('says in each state whether it is cancelled, running or done')],
    also: [submit('is pending, then running, then finished; only a pending one can be cancelled')],
  },
  {
    python: ['test_exception_with_timeout', 'test_exception_with_success'],
    behaviour: 'exception(timeout) gives the error, or nothing, or is too late',
    on: 'program',
    tests: [
      future('a wait that is over rejects with TimeoutError, and the future goes on'),
      future('gives its failure to everyone who waits, as the very same value'),
      future('gives its result to everyone who waits, before and after'),
    ],
    also: [submit('waits no longer than its timeout, and goes on')],
  },
  {
    python: ['test_multiple_set_result', 'test_multiple_set_exception'],
    behaviour: 'a second outcome is an InvalidStateError, and the first stays',
    on: 'program',
    tests: [future('keeps its first outcome: a second one is an InvalidStateError')],
    missing: [{ why: "setting a future's result", instead: 'only the executor settles a future' }],
  },
];
