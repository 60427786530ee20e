/**
 * The main job: real photographs decoded, resized, blurred and saved on all cores; factorials,
 * a reduction and JavaScript functions beside them, each against its sequential time.
 *
 *   npm start                        the photographs that come with the repository
 *   npm start -- path/to/folder      your own (JPEG and PNG); they are not changed
 */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { cpuCount, MapError, Pool, type Progress, sharedArray, tasks } from 'allcores';
import { factorial } from 'allcores/factorial';
import { sumOfSquares } from 'allcores/numeric';
import { type Photo, UNFINISHED } from './job/develop.ts';
import { digestOf } from './job/digest.ts';
import { collatz, FACTORIALS, medianMs, randomDoubles } from './job/numbers.ts';
import { enlarge, findPhotos } from './job/photographs.ts';
import { ProgressLine, type Row, table } from './job/screen.ts';
import type { SequentialStep } from './job/sequential.ts';

const DOUBLES = 10_000_000;
const ITEMS = 2_000_000;

const developer = tasks<typeof import('./job/develop.ts')>(new URL('./job/develop.ts', import.meta.url));
const numbers = tasks<typeof import('./job/numbers.ts')>(new URL('./job/numbers.ts', import.meta.url));

const own = process.argv[2];
const folder = own === undefined ? fileURLToPath(new URL('./photos', import.meta.url)) : resolve(own);
const out = resolve('out');
const work = mkdtempSync(join(tmpdir(), 'allcores-'));
const interrupted = new AbortController();
const pool = new Pool();
let child: ChildProcess | undefined;

process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
process.once('SIGTERM', () => interrupted.abort(new Error('terminated')));

main().then(
  (code) => leave(code),
  async (error: unknown) => {
    if (interrupted.signal.aborted) return leave(130);
    process.stderr.write(`\n${inspect(error)}\n`); // with its cause
    return leave(1);
  },
);

async function main(): Promise<number> {
  mkdirSync(out, { recursive: true });
  const found = await findPhotos(folder, out);
  if (found.length === 0) throw new Error(`No JPEG or PNG files in ${folder}`);
  const photos = own === undefined ? await enlarge(found, work) : found;
  const tiled = photos.filter((photo, index) => photo !== found[index]).length;
  const mosaics = tiled === 0 ? '' : `, ${tiled} of them made large by mirrored tiles`;
  process.stdout.write(
    `${photos.length} photographs on ${cpuCount()} cores${mosaics}. Each is shrunk, blurred and saved, first on one thread, then on all.\n`,
  );

  const sequential = await onOneThread(photos);
  const rows: Row[] = [];
  const failures = await photographs(photos, sequential, rows);
  await factorials(sequential, rows);
  await reduction(sequential, rows);
  await javaScript(rows);

  process.stdout.write(`\n${table(rows)}\n\nBoth sides gave the same bytes. The pictures are in ${out}\n`);
  for (const { name, reason } of failures) process.stderr.write(`${name} failed: ${reason}\n`);
  return failures.length > 0 ? 1 : 0;
}

/** Runs the kernels' work in a child with one native thread; its pictures go to the work folder. */
function onOneThread(photos: readonly Photo[]): Promise<Map<string, SequentialStep>> {
  const done = new Map<string, SequentialStep>();
  const line = new ProgressLine('one thread');
  const steps = 3;
  line.update(0, steps);
  return new Promise((fulfil, reject) => {
    child = fork(new URL('./job/sequential.ts', import.meta.url), {
      env: { ...process.env, ALLCORES_THREADS: '1' },
    });
    child.on('message', (step: SequentialStep) => {
      done.set(step.step, step);
      line.update(done.size, steps);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      line.end();
      child = undefined;
      if (done.size === steps) fulfil(done);
      else reject(new Error(`The sequential run ended with code ${code}`));
    });
    interrupted.signal.addEventListener('abort', () => child?.kill('SIGKILL'), { once: true });
    interrupted.signal.throwIfAborted();
    child.send({
      photos: photos.map((photo) => ({ ...photo, output: sequentialOutput(photo) })),
      doubles: DOUBLES,
    });
  });
}

function sequentialOutput({ output }: Photo): string {
  return join(work, `sequential-${basename(output)}`);
}

async function photographs(photos: readonly Photo[], sequential: Map<string, SequentialStep>, rows: Row[]) {
  // Starting the workers and loading their modules is not the work; the child was loaded before its clock ran, too.
  await Promise.all(Array.from({ length: cpuCount() }, () => pool.apply(developer.ready)));
  const begun = performance.now();
  const failures: { name: string; reason: unknown }[] = [];
  await withProgress('photographs', (onProgress) =>
    pool.map(developer.develop, photos, {
      errors: 'collect',
      chunkSize: 1,
      onProgress,
      signal: interrupted.signal,
    }),
  ).catch((error: unknown) => {
    if (!(error instanceof MapError)) throw error;
    for (const { index, reason } of error.errors) failures.push({ name: photos[index]?.name ?? '', reason });
  });
  rows.push({
    step: 'photographs',
    sequentialMs: sequential.get('photographs')?.ms ?? 0,
    parallelMs: performance.now() - begun,
  });
  for (const photo of photos) {
    if (failures.some(({ name }) => name === photo.name)) continue;
    same(
      `the picture of ${photo.name}`,
      digestOf(readFileSync(photo.output)),
      digestOf(readFileSync(sequentialOutput(photo))),
    );
  }
  return failures;
}

async function factorials(sequential: Map<string, SequentialStep>, rows: Row[]) {
  const begun = performance.now();
  const results = await withProgress('factorials', (onProgress) =>
    pool.map(factorial, FACTORIALS, { onProgress, signal: interrupted.signal }),
  );
  finish('factorials', performance.now() - begun, digestOf(results), sequential, rows);
}

async function reduction(sequential: Map<string, SequentialStep>, rows: Row[]) {
  const doubles = randomDoubles(DOUBLES, sharedArray(Float64Array, DOUBLES));
  const { signal } = interrupted;
  const result = await sumOfSquares.async(doubles, { signal });
  const ms = await medianMs(() => sumOfSquares.async(doubles, { signal }));
  finish('sum of squares', ms, digestOf(result), sequential, rows);
}

/** JavaScript over a shared array: an inline function and one from a module, each against a plain loop. */
async function javaScript(rows: Row[]) {
  const inputs = sharedArray(Float64Array, ITEMS).map((_, index) => index + 1);
  const shared = sharedArray(Float64Array, inputs);
  const wave = (x: number) => Math.sin(x) * Math.sqrt(x) + Math.cos(x / 3);
  for (const [step, plain, task] of [
    ['inline function', wave, wave],
    ['module function', collatz, numbers.collatz],
  ] as const) {
    const { expected, sequentialMs } = await onThisThread(plain, shared);
    await pool.map(task, shared.subarray(0, 1000)); // workers compile it as the loop above did
    const parallelBegun = performance.now();
    const results = await withProgress(step, (onProgress) =>
      pool.map(task, shared, { onProgress, signal: interrupted.signal }),
    );
    rows.push({ step, sequentialMs, parallelMs: performance.now() - parallelBegun });
    same(step, digestOf(results), digestOf(expected));
  }
}

/** A plain loop, in slices so that Ctrl-C is heard; the pauses between them are not counted. */
async function onThisThread(fn: (x: number) => number, items: Float64Array) {
  const expected = new Float64Array(items.length);
  let sequentialMs = 0;
  const slice = 20_000;
  for (let start = 0; start < items.length; start += slice) {
    const begun = performance.now();
    const end = Math.min(start + slice, items.length);
    for (let i = start; i < end; i++) expected[i] = fn(items[i] as number);
    sequentialMs += performance.now() - begun;
    await new Promise(setImmediate);
    interrupted.signal.throwIfAborted();
  }
  return { expected, sequentialMs };
}

function finish(
  step: string,
  parallelMs: number,
  digest: string,
  sequential: Map<string, SequentialStep>,
  rows: Row[],
) {
  const before = sequential.get(step);
  same(step, digest, before?.digest ?? '');
  rows.push({ step, sequentialMs: before?.ms ?? 0, parallelMs });
}

async function withProgress<R>(title: string, run: (onProgress: (progress: Progress) => void) => Promise<R>) {
  const line = new ProgressLine(title);
  try {
    return await run(({ done, total }) => line.update(done, total ?? done));
  } finally {
    line.end();
  }
}

function same(what: string, parallel: string, sequential: string): void {
  if (parallel !== sequential) throw new Error(`Parallel and sequential differ in ${what}`);
}

/** Ends the workers, removes what is unfinished, and leaves with a code. */
async function leave(code: number): Promise<void> {
  child?.kill('SIGKILL');
  await pool.terminate();
  rmSync(work, { recursive: true, force: true });
  if (statSync(out, { throwIfNoEntry: false }) !== undefined) {
    for (const name of readdirSync(out)) {
      if (name.endsWith(`.${process.pid}${UNFINISHED}`)) rmSync(join(out, name), { force: true });
    }
  }
  process.exit(code);
}
