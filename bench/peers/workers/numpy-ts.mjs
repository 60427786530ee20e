/** numpy-ts as a peer in a process of its own; the same lines of JSON as python/server.py. */

import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as np from 'numpy-ts';

// Only before the first array.
np.configureWasm({ maxMemory: 2 ** 30 });

/** Work on an array that numpy-ts has, or on the typed array itself where the copy counts. */
const tasks = {
  sum: ({ array }) => np.sum(array),
  'sum()': ({ array }) => array.sum(),
  var: ({ array }) => np.var(array),
  'var()': ({ array }) => array.var(),
  median: ({ array }) => np.median(array),
  'histogram, 256': ({ array }) => np.histogram(array, 256, [0, 1])[0],
  sort: ({ array }) => np.sort(array),
  'array, then sum': ({ values }) => used(np.array(values), np.sum),
  'frombuffer, then sum': ({ values }) => used(np.frombuffer(values.buffer, 'float64'), np.sum),
};

// Shorter work is repeated inside one sample.
const MIN_MS_PER_SAMPLE = 20;

const arrays = new Map();

// The parent decides when to stop: the end of the input is the sign.
process.on('SIGINT', () => {});

function used(array, fn) {
  const result = fn(array);
  array.dispose();
  return result;
}

/** Its memory is freed by hand, before it runs out and slower arrays take its place. */
function run({ task, x }) {
  const result = tasks[task](arrays.get(x));
  result?.dispose?.();
}

function timed(request, runs) {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run(request);
  return performance.now() - start;
}

const operations = {
  load({ name, path }) {
    const bytes = readFileSync(path);
    rmSync(path);
    const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    arrays.set(name, { values, array: np.array(values) });
    return {};
  },
  answer({ folder, task, x }) {
    const value = tasks[task](arrays.get(x));
    if (typeof value === 'number') return { text: String(value) };
    const path = join(folder, randomUUID());
    const { buffer, byteOffset, byteLength } = value.data;
    writeFileSync(path, new Uint8Array(buffer, byteOffset, byteLength));
    value.dispose();
    return { path, dtype: 'f8' };
  },
  time({ budget, ...request }) {
    globalThis.gc?.();
    let runs = 1;
    for (let spent = timed(request, 1); spent < MIN_MS_PER_SAMPLE; spent = timed(request, runs)) {
      runs = Math.max(runs * 2, Math.floor((runs * MIN_MS_PER_SAMPLE) / Math.max(spent, 1e-4)));
    }
    const seconds = [];
    const end = performance.now() + budget.seconds * 1000;
    while (seconds.length < budget.samples || performance.now() < end) {
      seconds.push(timed(request, runs) / runs / 1000);
    }
    return { seconds };
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  let reply;
  try {
    const { op, ...request } = JSON.parse(line);
    reply = operations[op](request);
  } catch (error) {
    reply = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
});
