/** The behaviours of the executors of `concurrent.futures`. */

import { from, type Line } from './line.js';

const executorEnd = from('conformance/executor-end');
const executorFailures = from('conformance/executor-failures');
const executorMap = from('conformance/executor-map');
const submit = from('conformance/executor-submit');
const parityCalls = from('conformance/parity-pool-calls');
const parityLife = from('conformance/parity-pool-life');
const setup = from('conformance/pool-setup');
const size = from('conformance/pool-size');
const futureWaits = from('unit/future-waits');
const matrix = from('crash/fault-matrix');

/** In the order of CPython's tests. */
export const executorLines: readonly Line[] = [
  {
    python: ['test_submit', 'test_submit_keyword'],
    behaviour: 'submit passes all arguments, whatever they are called',
    on: 'each kind',
    tests: [
      submit('gives a future of what an inline function, a task and an async function return'),
      parityCalls('apply passes every argument, and an object in place of keyword arguments'),
    ],
    missing: [{ why: 'keyword arguments', instead: 'an object as the last argument' }],
  },
  {
    python: ['test_map_timeout', 'test_map_timeout_from_callable', 'test_map_close'],
    behaviour: 'map with a timeout gives what is there in time, then TimeoutError, and cancels the rest',
    on: 'each kind',
    tests: [
      executorMap('with a timeout gives the results before it, then TimeoutError, and the rest never runs'),
      executorMap('that is left early cancels what has not begun, and the executor goes on'),
    ],
    also: [
      futureWaits(
        'are what has arrived, however late they are read, then TimeoutError; the rest is cancelled',
      ),
    ],
  },
  {
    python: ['test_map_buffersize*'],
    behaviour: 'bufferSize is checked and bounds what is taken ahead, also of endless and empty inputs',
    on: 'each kind',
    tests: [
      executorMap('with bufferSize takes so many items ahead and no more, also of an endless input'),
      executorMap('takes all its items at the call, and works before anybody reads'),
      executorMap('throws for bad arguments at the call'),
    ],
  },
  {
    python: ['test_shutdown_race_issue12456'],
    behaviour: 'a shutdown beside new submits loses nothing',
    on: 'each kind',
    tests: [
      executorEnd('races with submits without loss: what was accepted ends'),
      parityLife('close races with new calls without loss: each is done, or refused'),
    ],
  },
  {
    python: ['test_max_workers_negative', 'test_max_workers_too_large'],
    behaviour: 'no worker, or fewer, or more than the limit, is an error',
    on: 'program',
    tests: [submit('refuses %o')],
    also: [size('refuses what is no number of workers, and a pool that is closed')],
  },
  {
    python: ['test_swallows_falsey_exceptions'],
    behaviour: 'what is thrown is not swallowed for being false',
    on: 'each kind',
    tests: [submit('falsy values that are thrown are failures'), parityCalls('a thrown %s is not swallowed')],
  },
  {
    python: [
      'test_first_completed*',
      'test_first_exception*',
      'test_all_completed',
      'test_20369',
      'test_timeout',
      'test_pending_calls_race',
    ],
    behaviour: 'wait ends with the first, the first failure or the last, counts each once, and misses none',
    on: 'each kind',
    tests: [
      executorMap('wait for futures of several executors'),
      executorMap('asCompleted gives each future when it ends'),
      executorMap('no wake-up is lost between many futures and many waits'),
    ],
    also: [
      futureWaits('FIRST_COMPLETED ends with the first that ends in any way'),
      futureWaits('FIRST_EXCEPTION goes on after results and cancels, until one has failed'),
      futureWaits('FIRST_EXCEPTION without a failure, and ALL_COMPLETED in any case, end with the last'),
      futureWaits('%s counts what has ended before'),
      futureWaits('FIRST_EXCEPTION does not end for results and cancels of before'),
      futureWaits('counts a future once that was given twice'),
      futureWaits('gives both sets when its time is over, and no error'),
    ],
  },
  {
    python: [
      'test_initializer',
      'FailingInitializerMixin.test_initializer',
      'FailingInitializerResourcesTest',
    ],
    behaviour: 'the initializer runs in every worker before tasks; one that fails breaks the executor',
    on: 'each kind',
    tests: [
      executorFailures('the initializer runs in each worker before its tasks'),
      executorFailures('an initializer that fails breaks the executor: all futures and all later ones fail'),
      setup('a failing initializer rejects the waiting calls with its error and is not tried for ever'),
    ],
  },
  {
    python: ['test_run_after_shutdown', 'test_submit_after_interpreter_shutdown'],
    behaviour: 'a submit after the shutdown is refused; one at the end of the program holds up nothing',
    on: 'each kind',
    tests: [
      executorEnd('lets pending futures finish and refuses new work; again and again'),
      parityLife('calls that a program makes as it ends are no error, and do not keep it'),
    ],
  },
  {
    python: ['test_interpreter_shutdown', 'test_hang_issue12364'],
    behaviour: 'pending work finishes before the program ends, and before a shutdown that waits',
    on: 'each kind',
    tests: [
      executorEnd('pending futures keep it until they have ended, also after shutdown without wait'),
      executorEnd('lets pending futures finish and refuses new work; again and again'),
    ],
  },
  {
    python: [
      'test_hang_gh83386',
      'test_hang_gh94440',
      'test_shutdown_gh_132969_case_1',
      'test_shutdown_gh_132969_case_2',
    ],
    behaviour: 'a shutdown that does not wait, with failures pending or broken workers, does not hang',
    on: 'each kind',
    tests: [
      executorEnd('does not wait for ever when a value could not be sent or a worker died'),
      executorEnd('without wait resolves at once, and what is pending ends in its time'),
      executorEnd('pending futures keep it until they have ended, also after shutdown without wait'),
    ],
  },
  {
    python: [
      'test_threads_terminate',
      'test_processes_terminate',
      'test_context_manager_shutdown',
      'test_del_shutdown',
      'test_shutdown_no_wait',
    ],
    behaviour: 'workers end after a shutdown, a disposal, and when nobody holds the executor',
    on: 'each kind',
    tests: [
      executorEnd('ends the workers'),
      executorEnd('without wait resolves at once, and what is pending ends in its time'),
    ],
    also: [executorEnd('the workers of an executor that nobody holds end when its futures have')],
  },
  {
    python: ['test_thread_names_assigned', 'test_thread_names_default'],
    behaviour: 'workers are named after the executor, or by a default',
    on: 'each kind',
    tests: [
      submit('starts workers on demand, uses idle ones again, and names them'),
      size('each worker has a name of its own that begins with the name of the pool'),
    ],
  },
  {
    python: ['test_traceback_when_child_process_terminates_abruptly', 'test_broken_process_pool_traceback'],
    behaviour: 'the error of a dead worker names the exit code, and each future has its own',
    on: 'each kind',
    tests: [
      executorFailures(
        'each future that ran fails with an error of its own that names the exit code; others go on',
      ),
    ],
  },
  {
    python: ['test_map_chunksize'],
    behaviour: 'map is right with chunks of 1, 5, 50 and 500; fewer than 1 is an error',
    on: 'each kind',
    tests: [
      executorMap('keeps the order with chunkSize %s'),
      parityCalls('map and starmap equal a loop with chunkSize %s'),
      parityCalls('refuses a chunkSize of %s before any work'),
    ],
  },
  {
    python: ['test_traceback'],
    behaviour: "a task's error shows the worker's frames in its stack",
    on: 'each kind',
    tests: [submit('gives a future of what the function throws, with its class and both stacks')],
  },
  {
    python: [
      'test_saturation',
      'test_idle_process_reuse_one',
      'test_idle_process_reuse_multiple',
      'test_idle_thread_reuse',
    ],
    behaviour: 'workers start on demand, and idle ones are used again',
    on: 'each kind',
    tests: [
      submit('starts workers on demand, uses idle ones again, and names them'),
      size('workers are started on demand only, and an idle one is used again'),
    ],
  },
  {
    python: [
      'test_max_tasks_per_child',
      'test_max_tasks_per_child_defaults_to_spawn_context',
      'test_max_tasks_early_shutdown',
      'test_max_tasks_per_child_pending_tasks_gh115634',
      'test_shutdown_no_wait_max_tasks_gh119592',
      'test_failed_worker_replacement_breaks_pool',
      'test_force_shutdown_during_max_tasks_worker_exit',
    ],
    behaviour: 'workers are replaced after so many tasks, whatever waits, and one that cannot be is no hang',
    on: 'each kind',
    tests: [
      submit('replaces a worker after maxTasksPerWorker tasks, and nothing that waits is lost'),
      executorFailures('a worker that cannot be replaced breaks it, and nothing hangs'),
      parityLife('close and join while workers of limited life are being replaced: all results, and no hang'),
      parityLife('terminate while they are being replaced ends at once'),
      parityLife('a replacement that cannot be had rejects what waits instead of hanging'),
    ],
    also: [submit('refuses %o')],
    missing: [{ why: 'contexts', instead: 'nothing is ever forked' }],
  },
  {
    python: ['test_terminate_workers', 'test_kill_workers', 'test_force_shutdown_workers*'],
    behaviour: 'terminateWorkers and killWorkers end all workers; futures fail; no more work is taken',
    on: 'each kind',
    tests: [
      executorEnd('fails what runs, cancels what waits, refuses what comes, within 5 s'),
      executorEnd('ends maps and kernels too'),
      executorEnd('does nothing bad to an executor without workers, with dead ones, or shut down'),
    ],
  },
  {
    python: [
      'test_error_at_task_pickle',
      'test_exit_at_task_unpickle',
      'test_error_at_task_unpickle',
      'test_crash_at_task_unpickle',
      'test_crash_during_func_exec_on_worker',
      'test_exit_during_func_exec_on_worker',
      'test_error_during_func_exec_on_worker',
      'test_crash_during_result_pickle_on_worker',
      'test_exit_during_result_pickle_on_worker',
      'test_error_during_result_pickle_on_worker',
      'test_error_during_result_unpickle_in_result_handler',
      'test_exit_during_result_unpickle_in_result_handler',
    ],
    behaviour: 'the fault matrix: each cell settles every promise and the pool goes on',
    on: 'each kind',
    tests: [matrix('cell.way')],
    also: [matrix('has a cell for everything that can go wrong')],
  },
  {
    python: ['test_shutdown_deadlock', 'test_shutdown_deadlock_pickle'],
    behaviour: 'a shutdown beside a dying worker or a value that cannot be sent returns',
    on: 'each kind',
    tests: [
      executorEnd('does not wait for ever when a value could not be sent or a worker died'),
      parityLife('close and join return after a worker has died and a value could not be sent'),
    ],
  },
  {
    python: ['test_crash_big_data', 'test_gh105829_should_not_deadlock_if_wakeup_pipe_full'],
    behaviour: 'a death with megabytes on their way, and a flood of calls, hold up nobody',
    on: 'each kind',
    tests: [
      executorFailures('a worker that dies with megabytes on their way holds up nobody'),
      submit('takes a burst of 20,000 calls without blocking, and ends them all at a shutdown'),
      parityLife('a worker that dies with megabytes on their way to it does not hold up the caller'),
      parityLife('10,000 calls while every worker is held do not block the caller'),
    ],
  },
  {
    python: ['test_executor_map_current_future_cancel'],
    behaviour: 'a map can be ended from inside its own iteration',
    on: 'each kind',
    tests: [executorMap('can be left while somebody waits for its next result')],
  },
  {
    python: ['test_interpreter_pool'],
    behaviour: 'what a function has captured is an error that says so, also for an initializer',
    on: 'each kind',
    tests: [
      parityCalls(
        'a function that has captured something rejects at its call and says what, also as initializer',
      ),
      parityCalls('methods, bound and native functions are refused at the call'),
    ],
  },
];
