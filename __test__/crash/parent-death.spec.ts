import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openBoard } from '../conformance/boards.js';
import { type Board, raised } from '../fixtures/board.mjs';
import { allGone, isRunning } from './is-running.js';

const program = new URL('../fixtures/parent-program.mjs', import.meta.url);
const file = fileURLToPath(program);

const starts = [
  { start: 'node', args: [file] },
  { start: 'node -e', args: ['-e', `import(${JSON.stringify(program.href)})`] },
  {
    start: 'node -e of a module',
    args: ['--input-type=module', '-e', `import ${JSON.stringify(program.href)}`],
  },
  { start: 'tsx', args: ['--import', 'tsx', file] },
];
const ways = ['an endless loop', 'an async sleep', 'a kernel'];

const left: (number | undefined)[] = [];
afterEach(() => {
  for (const pid of left.splice(0)) if (pid !== undefined && isRunning(pid)) process.kill(pid, 'SIGKILL');
});

/** Starts the program and waits for its two children to be stuck. */
async function stuck(
  args: readonly string[],
  way: string,
  board: Board,
): Promise<{ parent: ChildProcess; pids: number[] }> {
  const parent = spawn(process.execPath, [...args, way, board], { stdio: ['ignore', 'pipe', 'inherit'] });
  left.push(parent.pid);
  const pids: number[] = [];
  for await (const line of createInterface({ input: parent.stdout })) {
    pids.push(Number(line.replace('child ', '')));
    if (pids.length === 2) break;
  }
  left.push(...pids);
  return { parent, pids };
}

describe.each(starts)('a program started by $start whose children are stuck', ({ args }) => {
  test.each(ways)('in %s is killed by kill -9: none of them is left after 2 s', async (way) => {
    const { parent, pids } = await stuck(args, way, openBoard());
    expect(pids.map(isRunning)).toEqual([true, true]);
    parent.kill('SIGKILL');
    expect(await allGone([...pids, parent.pid as number])).toBeLessThan(2000);
  });
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends a program and its stuck children',
  async (signal) => {
    const { parent, pids } = await stuck([file], 'an endless loop', openBoard());
    parent.kill(signal);
    expect(await allGone([...pids, parent.pid as number])).toBeLessThan(2000);
  },
);

test('children that are not stuck in synchronous code end in good order', async () => {
  const board = openBoard();
  const { parent, pids } = await stuck([file], 'an async sleep', board);
  parent.kill('SIGKILL');
  await allGone(pids);
  expect(raised(board, 0)).toBe(2);
});
