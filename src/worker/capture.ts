/** Tells a captured variable from any other ReferenceError. */

import { types } from 'node:util';
import { TaskCaptureError } from '../errors.ts';

const NOT_DEFINED = /^(\S+) is not defined$/;

/**
 * A TaskCaptureError when an inline function named something that did not travel with it; whatever
 * else was thrown is given back as it is.
 *
 * @param file The file name of the function's own stack frames.
 */
export function explainCapture(thrown: unknown, file: string): unknown {
  if (!types.isNativeError(thrown) || !(thrown instanceof ReferenceError)) return thrown;
  const variable = NOT_DEFINED.exec(thrown.message)?.[1];
  if (variable === undefined || !isThrownIn(thrown.stack, file)) return thrown;
  const capture = new TaskCaptureError(variable, { cause: thrown });
  // Its own frames are those of this file; the user's are in the original.
  capture.stack = replaceHead(thrown.stack, capture);
  return capture;
}

/** Whether the innermost frame lies in the file. */
function isThrownIn(stack: unknown, file: string): boolean {
  if (typeof stack !== 'string') return false;
  const frame = stack.split('\n').find((line) => /^\s+at /.test(line));
  return frame !== undefined && new RegExp(`(?:^|[^\\w])${file}:\\d`).test(frame);
}

function replaceHead(stack: string | undefined, error: Error): string {
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return [`${error.name}: ${error.message}`, ...frames].join('\n');
}
