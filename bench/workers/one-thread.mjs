/** allcores as a peer in a process of its own; the same lines of JSON as peers/python/server.py. */

import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { factorial, factorialString, multiply } from 'allcores/factorial';
import { convolve, erode, gaussianBlur, grayscale, median, resize, sobel } from 'allcores/image';

const factorials = { factorial, factorialString };
const filters = { convolve, erode, gaussianBlur, grayscale, median, resize, sobel };

// Shorter work is repeated inside one sample.
const MIN_MS_PER_SAMPLE = 20;

const rasters = new Map();
const positions = new Map();
const bigints = new Map();

/** The number whose bytes were loaded, made once. */
function keep(name) {
  const value = BigInt(`0x${Buffer.from(rasters.get(name).data).reverse().toString('hex')}`);
  bigints.set(name, value);
  return value;
}

// The parent decides when to stop: the end of the input is the sign.
process.on('SIGINT', () => {});

/** The work of a request: each call of a factorial takes the next of `ns`. */
function workOf({ task, ns, x, options, names }) {
  if (names !== undefined) {
    const [a, b] = names.map((name) => bigints.get(name) ?? keep(name));
    return () => multiply(a, b);
  }
  if (ns === undefined) return () => filters[task](rasters.get(x), options).data;
  return () => {
    const at = positions.get(task) ?? 0;
    positions.set(task, at + 1);
    return factorials[task](ns[at % ns.length]);
  };
}

function timed(work, runs) {
  const start = performance.now();
  for (let i = 0; i < runs; i++) work();
  return performance.now() - start;
}

const operations = {
  load({ name, path, shape }) {
    rasters.set(name, { data: new Uint8Array(readFileSync(path)), ...shape });
    return {};
  },
  answer({ folder, n, ...request }) {
    const value = n === undefined ? workOf(request)() : factorials[request.task](n);
    const path = join(folder, randomUUID());
    writeFileSync(path, typeof value === 'bigint' ? value.toString(16) : value);
    return { path };
  },
  time({ budget, ...request }) {
    globalThis.gc?.();
    const work = workOf(request);
    let runs = 1;
    for (let spent = timed(work, 1); spent < MIN_MS_PER_SAMPLE; spent = timed(work, runs)) {
      runs = Math.max(runs * 2, Math.floor((runs * MIN_MS_PER_SAMPLE) / Math.max(spent, 1e-4)));
    }
    const seconds = [];
    const end = performance.now() + budget.seconds * 1000;
    while (seconds.length < budget.samples || performance.now() < end) {
      seconds.push(timed(work, runs) / runs / 1000);
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
