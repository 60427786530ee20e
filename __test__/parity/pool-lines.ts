/** The behaviours of `multiprocessing.Pool`. */

import { from, type Line } from './line.js';

const imapBuffer = from('conformance/imap-buffer');
const imapEnd = from('conformance/imap-end');
const imapResults = from('conformance/imap-results');
const parityCalls = from('conformance/parity-pool-calls');
const parityLife = from('conformance/parity-pool-life');
const apply = from('conformance/pool-apply');
const life = from('conformance/pool-life');
const map = from('conformance/pool-map');
const size = from('conformance/pool-size');
const errors = from('conformance/errors');
const crash = from('crash/pool-crash');

/** In the order of CPython's tests. */
export const poolLines: readonly Line[] = [
  {
    python: ['test_apply'],
    behaviour: 'apply passes all arguments',
    on: 'each kind',
    tests: [
      parityCalls('apply passes every argument, and an object in place of keyword arguments'),
      apply('gives the result of an inline function and of a task'),
    ],
    missing: [{ why: 'keyword arguments', instead: 'an object as the last argument' }],
  },
  {
    python: ['test_map'],
    behaviour: 'map equals a loop, with and without chunkSize',
    on: 'each kind',
    tests: [
      parityCalls('map and starmap equal a loop with chunkSize %s'),
      map('equals the sequential map with chunkSize %s'),
    ],
  },
  {
    python: ['test_starmap_async'],
    behaviour: 'starmap gives a promise of all results',
    on: 'each kind',
    tests: [parityCalls('map and starmap equal a loop with chunkSize %s')],
  },
  {
    python: ['test_map_async'],
    behaviour: 'map gives a promise of all results',
    on: 'each kind',
    tests: [map('keeps input order when later items finish first')],
  },
  {
    python: ['test_map_async_callbacks'],
    behaviour: 'a map settles once, with the whole list or with the error',
    on: 'each kind',
    tests: [parityCalls('a map settles once: with the whole list, or with the error')],
    missing: [{ why: 'map_async callbacks', instead: 'the two callbacks of `then`' }],
  },
  {
    python: ['test_map_chunksize'],
    behaviour: 'empty input with a chunkSize does not stall',
    on: 'each kind',
    tests: [parityCalls('empty input does not stall with chunkSize %s')],
  },
  {
    python: ['test_map_handle_iterable_exception'],
    behaviour: 'what the input throws rejects the map, repeatedly, with and without a length',
    on: 'each kind',
    tests: [
      parityCalls('%s: its error rejects the map, again and again'),
      parityCalls('when it is asked for its iterator: that rejects too'),
      map('an error of the input iterable rejects the map, again and again, and the pool stays usable'),
    ],
  },
  {
    python: ['test_async'],
    behaviour: "a result arrives after its task's time",
    on: 'each kind',
    tests: [parityCalls('a result arrives after the time of its task, and long before another one ends')],
  },
  {
    python: ['test_imap'],
    behaviour: 'imap gives the results in order and then its end, with any chunkSize',
    on: 'each kind',
    tests: [
      imapResults('gives what a loop would give, with chunkSize %s'),
      imapResults('imap keeps the order when later items finish first, imapUnordered gives them first'),
    ],
  },
  {
    python: ['test_imap_handle_iterable_exception'],
    behaviour: 'the results of all complete chunks come before the error of the input',
    on: 'each kind',
    tests: [
      imapResults(
        'a $kind that fails at 7: with chunkSize $chunkSize first come $complete results, then its error',
      ),
    ],
  },
  {
    python: ['test_imap_unordered'],
    behaviour: 'imapUnordered gives the same results in any order',
    on: 'each kind',
    tests: [imapResults('gives what a loop would give, with chunkSize %s')],
  },
  {
    python: [
      'test_imap_and_imap_unordered_when_buffer_is_full',
      'test_imap_and_imap_unordered_with_buffersize_when_buffer_is_full',
    ],
    behaviour:
      'only bufferSize items are taken ahead of the reader, also of endless inputs, and the end never hangs',
    on: 'each kind',
    tests: [
      imapBuffer('never pulls a $kind more than $most items ahead of its reader with $options'),
      imapBuffer('starts at the call, and nobody who reads means no more than bufferSize items'),
      imapEnd('a break closes a %s once and leaves the pool usable, close and join return'),
    ],
  },
  {
    python: ['test_make_pool'],
    behaviour: 'a pool has as many workers as it is told; none or fewer is an error',
    on: 'each kind',
    tests: [parityCalls('Pool(3) has three workers'), life('refuses %o')],
  },
  {
    python: ['test_terminate'],
    behaviour: 'terminate and join return quickly with 10,000 long tasks queued',
    on: 'each kind',
    tests: [parityLife('terminate and join return within 2 s with 10,000 long tasks queued')],
  },
  {
    python: ['test_context'],
    behaviour: '`await using` closes and joins; later calls reject',
    on: 'each kind',
    tests: [parityLife('await using closes and joins, and later calls of every kind reject')],
  },
  {
    python: ['test_traceback'],
    behaviour:
      "a task's error keeps its class, properties and cause, and its stack shows the worker's frames",
    on: 'each kind',
    tests: [
      parityCalls(
        "the stack names the line of the throw in the worker, then the caller's; the user's cause is untouched",
      ),
      parityCalls('its error is not marked as remote: it is the very object, with its own stack'),
      apply('keeps the class, properties and both stacks of an error'),
      errors("the stack has the task's frames, then the caller's, and none of the worker's own"),
    ],
  },
  {
    python: ['test_wrapped_exception'],
    behaviour: 'an error is not wrapped in another',
    on: 'each kind',
    tests: [errors("classes of the task's module arrive as themselves, whatever they extend")],
  },
  {
    python: ['test_release_task_refs'],
    behaviour: 'arguments and results are released after the task',
    on: 'each kind',
    tests: [
      parityLife('arguments and results are released after the task'),
      apply('releases arguments and results of calls that are done'),
    ],
  },
  {
    python: ['test_enter'],
    behaviour: 'a pool that has ended cannot be used',
    on: 'each kind',
    tests: [parityLife('a pool that has ended stays ended: to dispose of it again, close and join resolve')],
  },
  {
    python: ['test_resource_warning'],
    behaviour: 'a running pool that is dropped, or left at the end of the program, is warned of',
    on: 'each kind',
    tests: [
      from('crash/left-open')(
        `a pool of \${name} that a program leaves open with a call in it is named once: \${when}`,
      ),
    ],
  },
  {
    python: ['test_unpickleable_result'],
    behaviour: '20 results that cannot be sent reject with what and why, and cost no worker',
    on: 'each kind',
    tests: [
      parityCalls('20 results that cannot be sent reject with what and why, and both workers stay'),
      apply('20 results that cannot cross reject their calls and cost no worker'),
    ],
  },
  {
    python: ['test_pool_worker_lifetime'],
    behaviour: 'workers of limited life are replaced, and every result is right',
    on: 'each kind',
    tests: [
      parityLife('100 tasks in workers of limited life are right, the workers are replaced and all alive'),
      size('maxTasksPerWorker replaces a worker after so many items, and every result is right'),
    ],
  },
  {
    python: ['test_pool_worker_lifetime_early_close'],
    behaviour: 'close and join before workers of limited life are done do not hang',
    on: 'each kind',
    tests: [
      parityLife('close and join while workers of limited life are being replaced: all results, and no hang'),
    ],
  },
  {
    python: ['test_worker_finalization_via_atexit_handler_of_multiprocessing'],
    behaviour: 'a pool that is left in a global lets the program end with exit code 0',
    on: 'each kind',
    tests: [parityLife('a pool that is left in a global does not keep the program, and no worker is left')],
    also: [from('crash/pool-program')('an idle pool lets the program end')],
  },
  {
    python: ['test_pool_initializer', 'test_manager_initializer'],
    behaviour: 'an initializer that cannot be called is an error at once',
    on: 'each kind',
    tests: [life('refuses %o'), parityCalls('methods, bound and native functions are refused at the call')],
    missing: [{ why: 'Manager', instead: 'a later issue' }],
  },
  {
    python: ['test_release_unused_processes'],
    behaviour: 'workers that were started before one that fails are not lost',
    on: 'each kind',
    tests: [parityLife('when a later worker fails to start, the earlier ones work on and end with the pool')],
  },
  {
    python: ['ThreadsMixin', 'ManagerMixin'],
    behaviour: 'threads and processes pass the same tests',
    on: 'each kind',
    tests: [apply('a dead worker is replaced and the pool goes on')],
    missing: [{ why: 'Manager', instead: 'a later issue' }],
  },
  {
    python: [],
    behaviour: 'a worker that is killed in mid-task rejects the call that it ran, and no other',
    on: 'each kind',
    tests: [
      crash('in the task: apply rejects and the calls beside it do not'),
      crash('in the task: map rejects'),
      crash('a pool whose every second call ends a worker settles them all'),
      from('crash/fault-matrix')('cell.way'),
    ],
  },
];
