/** `npm run fuzz -- [target…] [--seconds N] [--seed S]`: every property in turn until the time is over. */

import { parseArgs } from 'node:util';
import { machine } from 'allcores/diagnostics';
import type { Property } from './target.ts';
import { targets } from './targets.ts';

/** A property that has had its turn lets the next one go on. */
const TURN_MS = 2000;

const HELP = [
  'npm run fuzz -- [target…] [--seconds N] [--seed S]',
  '',
  `  target       ${targets.map(({ name }) => name).join(', ')}; all of them when none is named`,
  '  --seconds N  how long all of it takes; default 60',
  '  --seed S     an integer that decides every value; default: from the clock',
].join('\n');

class UsageError extends Error {}

function integer(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1) {
    throw new UsageError(`Expected --${name} to be an integer from 0 to 2147483647, got ${text}`);
  }
  return value;
}

function read(): { seconds: number; seed: number; wanted: readonly Named[]; help: boolean } {
  const { values, positionals } = parse();
  const names = targets.map(({ name }) => name);
  for (const name of positionals) {
    if (!names.includes(name)) throw new UsageError(`Unknown target "${name}": one of ${names.join(', ')}`);
  }
  const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return {
    seconds: integer('seconds', values.seconds ?? '60'),
    seed: integer('seed', values.seed ?? String(Date.now() % 2 ** 31)),
    wanted: chosen.flatMap((target) =>
      target.properties.map((property) => ({ target: target.name, property })),
    ),
    help: values.help === true,
  };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

interface Named {
  readonly target: string;
  readonly property: Property;
}

async function main(): Promise<number> {
  const { seconds, seed, wanted, help } = read();
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const { level, threads } = machine();
  process.stdout.write(
    `seed ${seed}, ${seconds} s, ${wanted.length} properties, ${level}, ${threads} threads\n`,
  );
  const end = performance.now() + seconds * 1000;
  const turn = Math.min(TURN_MS, (seconds * 1000) / wanted.length);
  const runs = new Map<string, number>();
  for (let round = 0; round === 0 || performance.now() < end; round++) {
    for (const { target, property } of wanted) {
      const name = `${target}: ${property.name}`;
      // Each turn draws from a seed of its own, so that a later one does not repeat the first.
      const limits = { seed: (seed + round * 7919) % 2 ** 31, runs: 1_000_000, timeLimit: turn };
      const outcome = await property.run(limits);
      if (outcome.failure !== undefined) {
        process.stdout.write(`FAILED ${name}\n${outcome.failure}\n`);
        process.stdout.write(`repeat: npm run fuzz -- ${target} --seed ${limits.seed}\n`);
        return 1;
      }
      runs.set(name, (runs.get(name) ?? 0) + outcome.runs);
      if (round > 0 && performance.now() >= end) break;
    }
  }
  for (const [name, count] of runs) process.stdout.write(`${String(count).padStart(9)}  ${name}\n`);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const usage = error instanceof UsageError;
    process.stderr.write(
      usage ? `${error.message}\n\n${HELP}\n` : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = usage ? 2 : 1;
  },
);
