/**
 * The memory of image batches, one after the other, each in a process of its own:
 *
 *   node --import tsx bench/image-memory.ts [job] [many] [large]
 *
 * `job`: 64 photographs of 12 megapixels as in the suite `image-job`. `many`: 2,000 photographs; what is held at
 * the end above what was held after the first 100. `large`: 200 pictures of 48 megapixels, a slow consumer and
 * `maxBytesInFlight` of 400 MB. Figures are resident megabytes of the whole process.
 */

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encode, pipeline } from 'allcores/image';
import { photo } from './suites/photo.ts';

const MB = 1_000_000;

interface Task {
  readonly count: number;
  readonly size: readonly [width: number, height: number];
  readonly run: {
    readonly maxBytesInFlight?: number;
    readonly delayMs: number;
    readonly shrinkOnLoad: boolean;
  };
}

const tasks: Readonly<Record<string, Task>> = {
  job: { count: 64, size: [4000, 3000], run: { delayMs: 0, shrinkOnLoad: false } },
  many: { count: 2000, size: [4000, 3000], run: { delayMs: 0, shrinkOnLoad: true } },
  large: {
    count: 200,
    size: [8000, 6000],
    run: { delayMs: 50, shrinkOnLoad: false, maxBytesInFlight: 400 * MB },
  },
};

/** Runs one batch in this process and tells what it held. */
async function batch({ count, run }: Task, file: string, outDir: string): Promise<string> {
  const { delayMs, shrinkOnLoad, maxBytesInFlight } = run;
  const rss = () => process.memoryUsage.rss() / MB;
  let [most, early] = [rss(), 0];
  const watch = setInterval(() => {
    most = Math.max(most, rss());
  }, 2);
  const chain = pipeline({ shrinkOnLoad })
    .resize({ width: 1600 })
    .gaussianBlur({ radius: 2 })
    .jpeg({ quality: 85 });
  const results = chain.runAll(new Array<string>(count).fill(file), {
    output: (_, index) => join(outDir, `${index}.jpg`),
    errors: 'first',
    ...(maxBytesInFlight === undefined ? {} : { maxBytesInFlight }),
  });
  for await (const { index } of results) {
    if (index === 99) early = rss();
    if (delayMs > 0) await sleep(delayMs);
  }
  clearInterval(watch);
  const growth = early === 0 ? '' : `, ${(rss() - early).toFixed(0)} MB more at the end than after 100`;
  return `peak ${most.toFixed(0)} MB${growth}`;
}

async function main(names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(tasks)) {
    const task = tasks[name];
    if (task === undefined) throw new Error(`Expected ${Object.keys(tasks).join(', ')}, got ${name}`);
    const folder = mkdtempSync(join(tmpdir(), 'allcores-memory-'));
    try {
      const file = join(folder, 'photo.jpg');
      writeFileSync(file, encode(photo(...task.size), { format: 'jpeg', quality: 90 }));
      const child = fork(fileURLToPath(import.meta.url), ['--run', name, file, folder]);
      await new Promise((resolve) => child.once('exit', resolve));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Either side: the program, or the process of one batch. */
async function start([first, name = '', file = '', folder = '']: readonly string[]): Promise<void> {
  if (first !== '--run') return main(process.argv.slice(2));
  process.stdout.write(`${name}: ${await batch(tasks[name] as Task, file, folder)}\n`);
}

start(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
