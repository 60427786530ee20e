/** What a worker does before its first item and after its last one. */

import { inspect } from 'node:util';
import type { FunctionSource, SetupMessage } from '../internal/protocol.ts';
import { unpackList } from '../internal/wire.ts';
import { loadFunction, reportable, type WorkerFunction } from './functions.ts';
import { importTaskModule } from './module.ts';

/** How a setup came out. */
export type SetupOutcome =
  | {
      /** Runs the finalizer, if there is one. Never rejected. */
      readonly finalize: (() => Promise<void>) | undefined;
    }
  | {
      /** What was thrown. */
      readonly broken: unknown;
      /** The exports of the initializer's module, among them its error classes. */
      readonly exports: object | undefined;
    };

/** Whether there is nothing to do. */
export function isBare({ preload, initializer, finalizer }: SetupMessage): boolean {
  return preload.length === 0 && initializer === undefined && finalizer === undefined;
}

/**
 * Imports the modules, in their order, and runs the initializer. The finalizer is looked for too, so that
 * one which is not there is known before any work is done. Never rejected.
 */
export async function setUp({
  preload,
  initializer,
  initArgs,
  finalizer,
}: SetupMessage): Promise<SetupOutcome> {
  let fn: WorkerFunction | undefined;
  try {
    for (const module of preload) await importTaskModule(module);
    fn = await load(initializer);
    await fn?.call(...unpackList(initArgs));
    const last = await load(finalizer);
    return { finalize: last && (() => finalize(last)) };
  } catch (thrown) {
    return { broken: fn === undefined ? thrown : reportable(thrown, fn), exports: fn?.exports };
  }
}

async function load(source: FunctionSource | undefined): Promise<WorkerFunction | undefined> {
  if (source === undefined) return undefined;
  const loaded = await loadFunction(source);
  if ('broken' in loaded) throw loaded.broken;
  return loaded;
}

async function finalize(fn: WorkerFunction): Promise<void> {
  try {
    await fn.call();
  } catch (thrown) {
    // Nobody waits for it any more, and the worker is ending: a warning is what is left.
    process.emitWarning('The finalizer of a worker has failed', {
      type: 'AllcoresWarning',
      code: 'ALLCORES_WARN_FINALIZER',
      detail: inspect(reportable(thrown, fn)),
    });
  }
}
