/** What Linux knows of processes: the tests of crashes count what is left of them. */

import { readdirSync, readFileSync } from 'node:fs';

/** One process. A zombie (which only waits for its parent to read its exit code) is none. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Processor time so far, in milliseconds; Linux counts in steps of 10. */
  readonly cpuMs: number;
  /** When it started; a number that is used again has another. */
  readonly started: string;
}

/** Milliseconds of a clock tick in `/proc`: 100 a second on every Linux. */
const tickMs = 10;

/** The process with this number, if it lives. */
export function processOf(pid: number): ProcessEntry | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name in brackets may hold anything; the fields after it are counted from 3, as in proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => fields[number - 3] as string;
  if (field(3) === 'Z' || field(3) === 'X') return undefined;
  const cpuMs = (Number(field(14)) + Number(field(15))) * tickMs;
  return { pid, parent: Number(field(4)), cpuMs, started: field(22) };
}

/** All that descend from a process and live, the nearest first. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)) ?? []);
  const found: ProcessEntry[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const level = all.filter(({ parent }) => parents.has(parent));
    found.push(...level);
    parents = new Set(level.map((one) => one.pid));
  }
  return found;
}

/** Which of these processes still live. */
export function survivorsOf(processes: readonly ProcessEntry[]): ProcessEntry[] {
  return processes.filter(({ pid, started }) => processOf(pid)?.started === started);
}

/** Waits until something holds, and fails with what was seen last when that takes longer than `limitMs`. */
export async function until<T>(
  limitMs: number,
  look: () => T,
  holds: (seen: T) => boolean = Boolean,
): Promise<T> {
  const limit = performance.now() + limitMs;
  for (;;) {
    const seen = look();
    if (holds(seen)) return seen;
    if (performance.now() > limit) {
      throw new Error(`Not within ${limitMs} ms; seen last: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The promise, or a failure when it has not settled after `limitMs`. */
export async function within<T>(limitMs: number, promise: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not settled within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
