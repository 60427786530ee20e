/** The behaviours that CPython has no test for. */

import { from, type Line } from './line.js';

const imapEnd = from('conformance/imap-end');
const imapResults = from('conformance/imap-results');
const parityLife = from('conformance/parity-pool-life');

const later = 'a later issue';

/** In the order of the list. */
export const beyondLines: readonly Line[] = [
  {
    python: [],
    behaviour: 'a worker that ends in mid-task, in whatever way, costs the call that it ran and no other',
    on: 'each kind',
    tests: [
      from('crash/fault-matrix')('cell.way'),
      from('crash/pool-crash')('in the task: apply rejects and the calls beside it do not'),
      imapResults('a worker that dies fails the item that it ran; the others are given'),
    ],
    missing: [
      { why: 'Queue', instead: later },
      { why: 'Lock', instead: later },
    ],
  },
  {
    python: [],
    behaviour: 'a worker that dies with a lock in its hand frees those who wait for it',
    on: 'each kind',
    tests: [],
    missing: [{ why: 'Lock', instead: later }],
  },
  {
    python: [],
    behaviour: 'an imap over an endless input that is left early closes it, and close and join return',
    on: 'each kind',
    tests: [imapEnd('a break closes a %s once and leaves the pool usable, close and join return')],
  },
  {
    python: [],
    behaviour:
      'a consumer that dies before it has marked an item as done does not hold up the join of a queue',
    on: 'each kind',
    tests: [],
    missing: [{ why: 'Queue', instead: later }],
  },
  {
    python: [],
    behaviour: 'when the parent is killed, its children are gone within 2 s',
    on: 'each kind',
    tests: [
      from('crash/exit-and-signals')(
        `that is killed leaves nobody behind: workers in \${words[work]}, started \${start}`,
      ),
    ],
    also: [from('process/programs')('when that was started %s and is killed, whatever the child is doing')],
  },
  {
    python: [],
    behaviour: 'a worker that ends while a native kernel runs that it has started takes nothing along',
    on: 'each kind',
    tests: [
      parityLife('a worker that ends while a native kernel runs that it has started takes nothing along'),
      parityLife('terminate while a native kernel runs in a worker is as quick as otherwise'),
    ],
  },
];
