/** TypeScript task modules under tsx, on a Node whose worker threads tsx leaves alone. */

import nodeModule from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { importModule } from '../internal/import-module.ts';

let ready: Promise<void> | undefined;

/**
 * When this program was started with tsx: makes it work in this worker too.
 *
 * Where Node has `module.registerHooks` tsx does that by itself; before that its hooks are the main
 * thread's only, and a worker would not know the ending `.ts`.
 */
export function enableTsx(): Promise<void> | undefined {
  if (isMainThread || 'registerHooks' in nodeModule) return undefined;
  const { NODE_OPTIONS = '' } = process.env;
  ready ??= register(apiOfTsx([...process.execArgv, ...NODE_OPTIONS.split(/\s+/)]));
  return ready;
}

async function register(api: string | undefined): Promise<void> {
  if (api === undefined) return;
  try {
    const exports = (await importModule(api)) as { register?: () => unknown };
    exports.register?.();
  } catch {
    // An old tsx without this interface: importing a `.ts` then fails, and that error is the clearer one.
  }
}

/** Where the programming interface of tsx is, when Node was told to load tsx. */
function apiOfTsx(args: readonly string[]): string | undefined {
  for (const arg of args) {
    const loaded = arg.replace(/^--(?:import|loader|experimental-loader)=/, '');
    if (loaded === 'tsx' || loaded === 'tsx/esm') return 'tsx/esm/api';
    if (/^file:.*\/tsx\/dist\/(?:loader|esm\/index)\.mjs$/.test(loaded)) {
      return loaded.replace(/\/dist\/.*$/, '/dist/esm/api/index.mjs');
    }
  }
  return undefined;
}
