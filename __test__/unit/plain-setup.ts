import type { SetupMessage } from '#dist/internal/protocol.js';

/** What a worker is told first that is nothing special. */
export const plainSetup: SetupMessage = {
  type: 'setup',
  preload: [],
  initializer: undefined,
  initArgs: [],
  finalizer: undefined,
  concurrency: 1,
  maxMemory: Number.POSITIVE_INFINITY,
  tagOutput: false,
};
