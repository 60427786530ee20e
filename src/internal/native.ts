/** The door to the native addon: the only file that imports the binding. */

import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { types } from 'node:util';
import { isMainThread, threadId } from 'node:worker_threads';
import type * as Binding from '../../native/index.cjs';
import {
  CancelledError,
  ImageError,
  type ImageErrorCode,
  KernelPanicError,
  NativeLoadError,
} from '../errors.ts';
import { argumentError } from './check.ts';

/** Every function of the addon. Call them through `call` or `startJob`, which make their errors ours. */
export const native: typeof Binding = load();

function load(): typeof Binding {
  const require = createRequire(import.meta.url);
  let binding: typeof Binding;
  try {
    const path = process.env['ALLCORES_NATIVE_PATH'];
    binding = require(path ? path : '../../native/index.cjs') as typeof Binding;
  } catch (cause) {
    throw new NativeLoadError(loadAdvice(cause), { cause });
  }
  const first = call(() => binding.open(threadId));
  // Cleanup hooks do not run on process.exit(), and threads that run on while the process is
  // taken down crash it on some systems.
  if (isMainThread && first) process.on('exit', () => binding.shutdown());
  return binding;
}

function loadAdvice(cause: unknown): string {
  const system = `${platform}-${arch}`;
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return [
    `The native addon of allcores could not be loaded on ${system} with Node ${process.version}: ${reason}`,
    'In a checkout, build it with: npm run build',
    `In a project, install the platform's package: npm install allcores --os=${platform} --cpu=${arch}` +
      (platform === 'linux' ? ' --libc=glibc (or --libc=musl)' : ''),
    'ALLCORES_NATIVE_PATH names a .node file to load instead.',
  ].join('\n  ');
}

/** Calls the addon and gives its errors our classes. */
export function call<R>(run: () => R): R {
  try {
    return run();
  } catch (error) {
    throw translate(error);
  }
}

/** The class that belongs to the code of an error from the addon. */
export function translate(error: unknown): unknown {
  // The addon makes its errors in the main realm, which need not be this one.
  if (!types.isNativeError(error)) return error;
  const { code } = error as { code?: unknown };
  switch (code) {
    case 'ALLCORES_ERR_PANIC':
      return new KernelPanicError(error.message);
    case 'ALLCORES_ERR_CANCELLED':
      return new CancelledError(error.message);
    case 'ERR_INVALID_ARG_TYPE':
    case 'ERR_INVALID_ARG_VALUE':
    case 'ERR_OUT_OF_RANGE':
      return argumentError(code, error.message);
    case 'InvalidArg':
      return argumentError('ERR_INVALID_ARG_TYPE', error.message);
    default:
      return typeof code === 'string' && code.startsWith('ALLCORES_ERR_IMAGE_')
        ? new ImageError(code as ImageErrorCode, error.message)
        : error;
  }
}
