#!/usr/bin/env node
/** The `allcores` command. */

import { help } from './help.ts';
import { imageCommand } from './image.ts';
import { infoText } from './info.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  if (args.includes('--help') || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(help);
    return 0;
  }
  switch (command) {
    case '--version':
      process.stdout.write(`${version()}\n`);
      return 0;
    case 'info':
      process.stdout.write(infoText(args));
      return 0;
    case 'image': {
      const { stdout, stderr } = process;
      return await imageCommand(args, { stdout, stderr, signal: interruption() });
    }
    case undefined:
      throw new UsageError('Expected a command');
    default:
      throw new UsageError(`Unknown command ${JSON.stringify(command)}`);
  }
}

/** Aborts with the exit code at the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const [name, code] of signals) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(code);
      stop.abort(code);
    });
  }
  return stop.signal;
}

// Who reads our output may stop to do so, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    const text =
      error instanceof Error ? (isUsage ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(isUsage ? `${text}\n\n${help}` : `${text}\n`);
    process.exitCode = isUsage ? 2 : 1;
  },
);
