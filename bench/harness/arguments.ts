/** The command line of `npm run bench -- …`. */

import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Arguments {
  readonly suites: readonly string[];
  readonly peers: boolean;
  readonly quick: boolean;
  /** Our answers are spoiled: the bench must then exit with 1. */
  readonly plant: boolean;
  readonly only: string | undefined;
  readonly json: string | undefined;
  readonly help: boolean;
}

/** A command line that makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The help text. */
export function usage(known: readonly string[]): string {
  return [
    'npm run bench -- [suite…] [options]',
    '',
    `  suite           ${known.join(', ')}; all of them when none is named`,
    '  --peers         also measure the peers that `npm run bench:peers` installed',
    '  --only TEXT     only the cases whose name contains TEXT',
    '  --json FILE     write the rows to FILE as JSON',
    '  --quick         small sizes and one round: shows that everything runs, gives no figures',
    '  --plant-wrong   spoil our answers by the least error that counts: every check must fail',
  ].join('\n');
}

/**
 * Reads the arguments.
 *
 * @throws {UsageError} for an unknown suite or option.
 */
export function readArguments(given: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parse(given);
  for (const name of positionals) {
    if (!known.includes(name)) throw new UsageError(`Unknown suite "${name}": one of ${known.join(', ')}`);
  }
  return {
    suites: positionals.length === 0 ? known : [...new Set(positionals)],
    peers: values.peers === true,
    quick: values.quick === true,
    plant: values['plant-wrong'] === true,
    only: values.only,
    json: values.json,
    help: values.help === true,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      strict: true,
      options: {
        peers: { type: 'boolean' },
        quick: { type: 'boolean' },
        'plant-wrong': { type: 'boolean' },
        only: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
