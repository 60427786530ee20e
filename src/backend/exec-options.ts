/**
 * Node's own options on their way to a worker: what a program was started with that makes sense in its
 * workers too (loaders, conditions, source maps), without what makes sense only for the program itself.
 */

/** Which code the program runs, and in which mode: a worker runs its entry. */
const program = [
  '-e',
  '--eval',
  '-p',
  '--print',
  '-pe',
  '-i',
  '--interactive',
  '-c',
  '--check',
  '-h',
  '--help',
  '-v',
  '--version',
  '--v8-options',
  '--completion-bash',
  '--input-type',
  '--entry-url',
  '--run',
  '--build-snapshot',
  '--build-snapshot-config',
  '--experimental-sea-config',
  '--build-sea',
];

/** Debugger, whose port is taken and who could stop a worker for ever; files that every worker would write; variables that are in `env` already. */
const own = [
  '--debug-port',
  '--prof',
  '--prof-process',
  '--cpu-prof',
  '--cpu-prof-dir',
  '--cpu-prof-interval',
  '--cpu-prof-name',
  '--heap-prof',
  '--heap-prof-dir',
  '--heap-prof-interval',
  '--heap-prof-name',
  '--env-file',
  '--env-file-if-exists',
];

const dropped = new Set([...program, ...own]);
/** Whole families: `--inspect-brk`, `--test-reporter`, `--watch-path` and what later versions add to them. */
const families = /^--(inspect|test|experimental-test|watch)(-|$)/;
const heap = new Set(['--max-old-space-size', '--max-old-space-size-percentage', '--max-heap-size']);

/**
 * The options of `execArgv` that a worker is to have as well.
 *
 * @param ownHeap The worker has a heap limit of its own, so the program's is left out.
 */
export function inheritedOptions(execArgv: readonly string[], ownHeap = false): string[] {
  const kept: string[] = [];
  let keeping = true;
  for (const word of execArgv) {
    // What does not begin with a dash is the value of the option before it: Node takes no other.
    if (word.startsWith('-')) keeping = !isDropped(word, ownHeap);
    if (keeping) kept.push(word);
  }
  return kept;
}

/** The same for the text of a NODE_OPTIONS variable; unchanged when nothing has to go. */
export function inheritedNodeOptions(text: string, ownHeap = false): string {
  // A word goes to the next space that is neither quoted nor, within quotes, escaped.
  const words = text.match(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/g) ?? [];
  const kept = inheritedOptions(words, ownHeap);
  return kept.length === words.length ? text : kept.join(' ');
}

/**
 * What a worker thread must be given because it cannot start with the program's own options;
 * undefined when it can, and inherits them by itself.
 */
export function threadOptions(execArgv: readonly string[]): string[] | undefined {
  // The one option of the program that Node's threads do not leave aside by themselves.
  if (!execArgv.some((word) => nameOf(word) === '--input-type')) return undefined;
  return inheritedOptions(execArgv).filter((word, index, all) => {
    const option = word.startsWith('-') ? word : (all[index - 1] as string);
    return forThreads.has(nameOf(option));
  });
}

/** Options that belong to a thread; those of the process or of V8 hold in it anyway, and it refuses them. */
const forThreads = new Set([
  '--import',
  '-r',
  '--require',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--enable-source-maps',
  '--preserve-symlinks',
  '--preserve-symlinks-main',
  '--no-warnings',
  '--trace-warnings',
  '--unhandled-rejections',
  '--experimental-strip-types',
  '--experimental-transform-types',
]);

function isDropped(word: string, ownHeap: boolean): boolean {
  const name = nameOf(word);
  return dropped.has(name) || families.test(name) || (ownHeap && heap.has(name));
}

/** `--max_old_space_size=100` is `--max-old-space-size`. */
function nameOf(word: string): string {
  const name = word.split('=', 1)[0] as string;
  return name.startsWith('--') ? `--${name.slice(2).replaceAll('_', '-')}` : name;
}
