/**
 * The benchmarks: `npm run bench -- [suite…] [--peers] [--only TEXT] [--json FILE] [--quick]`.
 *
 * Exit code 0: everything ran and every answer was right; 1: a wrong answer or a failed case;
 * 2: a command line that makes no sense.
 */

import { writeFileSync } from 'node:fs';
import { type Arguments, readArguments, UsageError, usage } from './harness/arguments.ts';
import type { Case, MeasuredRow, Row, Suite } from './harness/case.ts';
import { checkAnswers } from './harness/check.ts';
import { describeMachine } from './harness/machine.ts';
import { Resources } from './harness/resources.ts';
import { fullSchedule, measure, quickSchedule } from './harness/rounds.ts';
import { table } from './harness/table.ts';
import { requirePeers } from './peers/installed.ts';

const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  numeric: async () => (await import('./suites/numeric.ts')).numeric,
  'numeric-loop': async () => (await import('./suites/numeric-loop.ts')).numericLoop,
  factorial: async () => (await import('./suites/factorial.ts')).factorials,
  'factorial-numbers': async () => (await import('./suites/factorial-numbers.ts')).factorialNumbers,
  image: async () => (await import('./suites/image.ts')).image,
  'image-job': async () => (await import('./suites/image-job.ts')).imageJob,
  pool: async () => (await import('./suites/pool.ts')).pool,
};

async function main(): Promise<number> {
  const known = Object.keys(suites);
  const wanted = readArguments(process.argv.slice(2), known);
  if (wanted.help) {
    process.stdout.write(`${usage(known)}\n`);
    return 0;
  }
  if (wanted.peers) requirePeers();
  const resources = new Resources();
  endOnSignals(resources);
  process.stdout.write(`${describeMachine(wanted.quick)}\n`);
  try {
    return await runSuites(wanted, resources);
  } finally {
    await resources.close();
  }
}

/** Ctrl-C and SIGTERM close everything first; a second one ends the process at once, its children with it. */
function endOnSignals(resources: Resources): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(code));
      void resources.close().finally(() => process.exit(code));
    });
  }
}

async function runSuites(wanted: Arguments, resources: Resources): Promise<number> {
  const rows: MeasuredRow[] = [];
  let failures = 0;
  for (const name of wanted.suites) {
    const suite = await suites[name]?.();
    if (suite === undefined) continue;
    const before = rows.length;
    for (const item of suite({ peers: wanted.peers, quick: wanted.quick, resources })) {
      if (wanted.only !== undefined && !`${name} ${item.task} ${item.n}`.includes(wanted.only)) continue;
      progress(`${name}: ${item.task}, n = ${item.n}`);
      try {
        rows.push(...(await runCase(name, item, wanted)));
      } catch (error) {
        // What a signal closed under a case is no failure of the case; the process is about to end.
        if (resources.closing) return 1;
        failures += 1;
        process.stderr.write(`${name}: ${item.task}, n = ${item.n}: ${message(error)}\n`);
      }
    }
    progress('');
    if (rows.length > before) process.stdout.write(`\n${table(rows.slice(before))}\n`);
    await resources.closeSuite();
  }
  if (wanted.json !== undefined)
    writeFileSync(wanted.json, `${JSON.stringify(rows.map(published), null, 2)}\n`);
  if (rows.length > 0 || failures > 0) return failures === 0 ? 0 : 1;
  throw new UsageError(
    `No case's name contains "${wanted.only}"${wanted.peers ? '' : ' (some run with --peers only)'}`,
  );
}

async function runCase(suite: string, item: Case, { plant, quick }: Arguments): Promise<MeasuredRow[]> {
  const sides = await item.open();
  await checkAnswers(sides, plant);
  return measure(suite, item, sides, quick ? quickSchedule : fullSchedule);
}

function published({ suite, task, n, ours, peer, theirs, ratio, checked, unit }: MeasuredRow): Row {
  return { suite, task, n, ours, peer, theirs, ratio, checked, unit };
}

/** What is being measured, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function message(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'WrongAnswer' || error.stack === undefined ? error.message : error.stack;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const usageError = error instanceof UsageError;
    process.stderr.write(
      `${usageError ? `${error.message}\n\n${usage(Object.keys(suites))}` : message(error)}\n`,
    );
    process.exitCode = usageError ? 2 : 1;
  },
);
