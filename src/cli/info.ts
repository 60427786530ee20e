/** `allcores info`. */

import { cpus } from 'node:os';
import { call, native } from '../internal/native.ts';
import { cpuQuota } from './quota.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

/** What the machine offers, as text or, with `--json`, as one line of JSON. */
export function infoText(args: readonly string[]): string {
  const [json, ...others] = args;
  if ((json !== undefined && json !== '--json') || others.length > 0) {
    throw new UsageError(`info takes --json only, got ${args.join(' ')}`);
  }
  const { cores, threads, level, levels } = call(() => native.machine());
  const quota = cpuQuota();
  const facts = {
    allcores: version(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores,
    coresOfMachine: cpus().length,
    quota: quota ?? null,
    threads,
    instructionSet: level,
    instructionSets: levels,
  };
  if (json !== undefined) return `${JSON.stringify(facts)}\n`;
  return [
    ['allcores', facts.allcores],
    ['Node.js', `${facts.node} on ${facts.platform}`],
    ['cores', `${cores} of ${facts.coresOfMachine}`],
    ['quota', quota === undefined ? 'none' : `${quota} cores`],
    ['native threads', threads],
    ['instruction set', `${level} (of ${levels.join(', ')})`],
  ]
    .map(([name, value]) => `${String(name).padEnd(16)} ${value}\n`)
    .join('');
}
