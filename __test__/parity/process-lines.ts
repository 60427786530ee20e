/** The behaviours of `multiprocessing.Process` and of starting children. */

import { from, type Line } from './line.js';

const setup = from('conformance/pool-setup');
const life = from('process');
const args = from('process/arguments');
const programs = from('process/programs');
const relatives = from('process/relatives');

/** In the order of CPython's tests. */
export const processLines: readonly Line[] = [
  {
    python: ['test_current'],
    behaviour: 'the current process is alive, no daemon, has its pid and no exit code yet',
    on: 'program',
    tests: [relatives('the program itself is alive, no daemon, and has no parent')],
    missing: [{ why: 'authkey', instead: 'nothing that children speak through can be reached from outside' }],
  },
  {
    python: ['test_set_executable'],
    behaviour: 'the program of a child can be chosen, as a path or a file URL',
    on: 'processes',
    tests: [args('can be another one, named by a path or a file URL')],
  },
  {
    python: ['test_args_argument'],
    behaviour: 'a child gets exactly the values of its arguments',
    on: 'each kind',
    tests: [args('arrive with exactly their values')],
  },
  {
    python: ['test_parent_process_attributes'],
    behaviour: "a child knows its parent's pid and name; the program has no parent",
    on: 'each kind',
    tests: [life('knows the number and the name of its parent')],
    also: [relatives('the program itself is alive, no daemon, and has no parent')],
  },
  {
    python: ['test_parent_process'],
    behaviour: 'a grandchild notices the death of its parent',
    on: 'processes',
    tests: [relatives('a grandchild notices the death of its parent, and ends soon after')],
  },
  {
    python: ['test_process'],
    behaviour: 'what is alive, listed and known of a child before its start, while it runs and after its end',
    on: 'each kind',
    tests: [life('goes through its whole life: before start, alive, ended')],
    missing: [
      { why: 'keyword arguments', instead: 'an object as the last argument' },
      { why: 'authkey', instead: 'nothing that children speak through can be reached from outside' },
    ],
  },
  {
    python: ['test_terminate', 'test_kill', 'test_interrupt'],
    behaviour: 'join with a timeout of 0 or less returns at once while the child lives',
    on: 'each kind',
    tests: [life('join with a timeout of 0 or less only looks, and one above waits so long at most')],
  },
  {
    python: ['test_interrupt'],
    behaviour: 'interrupt() that the child does not handle gives exit code 1',
    on: 'each kind',
    tests: [
      life('interrupt() ends it with exit code 1 when it does not handle that'),
      life('interrupt() reaches its own listeners'),
    ],
  },
  {
    python: ['test_interrupt_no_handler'],
    behaviour: "interrupt() under the system's own handling gives the negative signal",
    on: 'each kind',
    tests: [life('interrupt() ends it by the signal when the system handles that')],
  },
  {
    python: ['test_kill'],
    behaviour: 'terminate() and kill() end a child in mid-loop and give their negative signals',
    on: 'each kind',
    tests: [life('%s() ends a loop that never returns, and the exit code tells')],
  },
  {
    python: ['test_cpu_count'],
    behaviour: 'cpuCount is a whole number from 1',
    on: 'program',
    tests: [
      from('cpu-count')(
        'cpuCount is a whole number from 1, and no more than the cores that the system gives',
      ),
    ],
  },
  {
    python: ['test_active_children'],
    behaviour: 'activeChildren lists the children that were started and have not ended',
    on: 'program',
    tests: [
      relatives('activeChildren() lists exactly those that were started and have not ended, oldest first'),
    ],
  },
  {
    python: ['test_sentinel'],
    behaviour: '`exited` is an error before the start, pending while the child runs, then its exit code',
    on: 'each kind',
    tests: [life('has `exited`: an error before the start, pending while it runs, then its exit code')],
  },
  {
    python: ['test_close'],
    behaviour: 'close() is refused while the child lives, ends the object afterwards, and can be repeated',
    on: 'each kind',
    tests: [
      life('close() is an error while it is alive; after it everything is, but the name and another close()'),
      life('is forgotten when it has ended'),
    ],
  },
  {
    python: ['test_many_processes'],
    behaviour: 'a hundred short children end with 0, a hundred that just started can be terminated',
    on: 'processes',
    tests: [
      relatives('a hundred short ones all end with 0'),
      relatives('a hundred that were just started can all be terminated'),
    ],
    also: [relatives('a hundred threads that were just started can all be terminated')],
  },
  {
    python: ['test_child_fd_inflation'],
    behaviour: 'a later child inherits no more descriptors than the first',
    on: 'processes',
    tests: [args('are no more in the twentieth child than in the first, and none is a file of the parent')],
  },
  {
    python: ['test_wait_for_threads'],
    behaviour: 'a child ends only when what it has started itself has ended',
    on: 'each kind',
    tests: [
      relatives('waits for them; their names and parents follow from its own'),
      life('it ends only when its event loop is empty'),
    ],
  },
  {
    python: ['test_error_on_stdio_flush_1', 'test_error_on_stdio_flush_2'],
    behaviour: 'broken output changes no exit code and holds up no end',
    on: 'processes',
    tests: [life('gives its exit code whatever becomes of its output')],
  },
  {
    python: ['test_forkserver_auth_is_enabled', 'test_forkserver_without_auth_fails'],
    behaviour: 'a local socket asks for authentication',
    on: 'processes',
    tests: [],
    missing: [
      {
        why: 'contexts',
        instead: 'there is no fork server and no socket: parent and child share pipes that only they hold',
      },
    ],
  },
  {
    python: ['test_subclassing'],
    behaviour: 'a subclass of Process works',
    on: 'each kind',
    tests: [life('a subclass is named after itself, and brings its own target')],
    missing: [
      { why: 'overriding run()', instead: '`target` travels; a method of the parent cannot' },
      { why: 'Pipe', instead: 'a later issue' },
    ],
  },
  {
    python: ['test_stderr_flush'],
    behaviour: 'an error that nobody catches is written to stderr, whole, before exit code 1',
    on: 'each kind',
    tests: [
      programs('finds a target’s error on its standard error, with stack, cause and properties'),
      life('an error gives exit code 1: thrown, rejected, or caught by nobody'),
    ],
  },
  {
    python: ['test_default_kwargs_not_shared_between_instances'],
    behaviour: 'children do not share the defaults of their arguments',
    on: 'each kind',
    tests: [
      life('the arguments are those of the call: options of later changes and other instances do not matter'),
    ],
  },
  {
    python: ['test_atexit'],
    behaviour: 'what a child has registered for its end runs',
    on: 'each kind',
    tests: [life('listeners of `exit` run in it, also after process.exit()')],
  },
  {
    python: ['test_noforkbomb'],
    behaviour: 'starting a child while its own module is being imported is an error and no flood',
    on: 'each kind',
    tests: [
      programs(
        'that starts one at the top level of the module that the child imports gets an error, and no flood',
      ),
      programs('that asks isMain before is both program and module of tasks'),
    ],
  },
  {
    python: ['test_closefd'],
    behaviour: 'a child has no descriptor of its parent that it does not need',
    on: 'processes',
    tests: [args('are no more in the twentieth child than in the first, and none is a file of the parent')],
  },
  {
    python: ['test_poll_eintr'],
    behaviour: 'join goes on when a signal arrives',
    on: 'each kind',
    tests: [life('join goes on when signals arrive')],
  },
  {
    python: ['test_context'],
    behaviour: 'every way to start offers the same methods',
    on: 'each kind',
    tests: [life('goes through its whole life: before start, alive, ended')],
    missing: [{ why: 'contexts', instead: 'there is the option `kind`, and one class for both' }],
  },
  {
    python: ['test_get_all_start_methods'],
    behaviour: 'the start methods can be listed',
    on: 'program',
    tests: [],
    missing: [{ why: 'contexts', instead: 'there is the option `kind`; nothing is ever forked' }],
  },
  {
    python: ['test_spawn_dont_set_context', 'test_freeze_support_dont_set_context'],
    behaviour: 'asking for one start method does not fix that of all',
    on: 'program',
    tests: [],
    missing: [{ why: 'contexts', instead: 'nothing is global: each object has its own `kind`' }],
  },
  {
    python: ['test_nested_startmethod'],
    behaviour: 'a child may start children of another kind than its own',
    on: 'each kind',
    tests: [relatives('waits for them; their names and parents follow from its own')],
  },
  {
    python: [
      'test_preload_resources',
      'test_std_streams_flushed_after_preload',
      'test_forkserver_preload_imports_sys_path',
      'test_preload_main',
      'test_preload_main_sys_argv',
      'test_preload_main_large_sys_argv',
    ],
    behaviour: 'preloaded modules are loaded once, before anything else, and say when they cannot be',
    on: 'each kind',
    tests: [
      setup('preloaded modules are imported one after the other, before the initializer and the tasks'),
      setup('a module that cannot be preloaded rejects the calls and no worker takes work'),
    ],
  },
  {
    python: ['test_child_sys_path'],
    behaviour: 'a child finds modules as its parent does: NODE_PATH, loaders, conditions',
    on: 'each kind',
    tests: [
      programs('passes on its conditions, its preloaded modules and its NODE_PATH, but not its -e'),
      from('conformance/loaders')('hooks that are registered by --import load modules in the workers'),
    ],
  },
  {
    python: ['test_forked_thread_not_started'],
    behaviour: 'a thread that was made before a fork stays in order',
    on: 'processes',
    tests: [],
    missing: [
      { why: 'contexts', instead: 'nothing is ever forked: a child begins with nothing of its parent' },
    ],
  },
  {
    python: ['test_queue_in_process', 'test_pool_in_process', 'test_flushing'],
    behaviour: 'a child without standard input can use a pool, and its output is whole',
    on: 'each kind',
    tests: [programs('has their output as its own, and works without a standard input')],
    missing: [{ why: 'Queue', instead: 'a later issue' }],
  },
];
