/** What the figures were measured on. */

import { cpus, loadavg } from 'node:os';
import { machine, readMemory } from 'allcores/diagnostics';
import { median } from './stats.ts';

/** Two lines that name the machine, and how fast a loop that does nothing else reads memory on all cores. */
export function describeMachine(quick: boolean): string {
  const { cores, threads, level } = machine();
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  const bytes = quick ? 2 ** 20 : 2 ** 27;
  return [
    `${model}, ${cores} cores, ${threads} native threads, ${level}; Node ${process.version}; load ${load}; ${new Date().toISOString().slice(0, 10)}`,
    `read limit: ${readLimit(bytes).toFixed(1)} GB/s (${bytes / 2 ** 20} MiB, a native loop that only reads)`,
  ].join('\n');
}

function readLimit(bytes: number): number {
  const memory = new Float64Array(bytes / 8).fill(1);
  const seconds: number[] = [];
  for (let i = 0; i < 12; i++) {
    const start = process.hrtime.bigint();
    readMemory(memory);
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  return bytes / median(seconds.slice(2)) / 1e9;
}
