import { constants } from 'node:os';
import { AllcoresError, CancelledError, ImageError } from '../../errors.ts';
import { argumentError } from '../../internal/check.ts';

/** What the native side says of a call that the system refused. */
export type FileFailure = readonly [side: 'input' | 'output', code: string, call: string, text: string];

/** Whether a job has ended in a failure of the file system. */
export function isFileFailure(result: readonly unknown[]): result is FileFailure {
  return typeof result[0] === 'string';
}

/** The error of a file that could not be read or written; its cause is as `node:fs` would throw it. */
export function fileError([side, code, call, text]: FileFailure, path: string): ImageError {
  const number = (constants.errno as Readonly<Record<string, number>>)[code];
  const cause = Object.assign(new Error(`${text} '${path}'`), {
    ...(number === undefined ? {} : { errno: -number }),
    code,
    syscall: call,
    path,
  });
  const message = `${path} could not be ${side === 'input' ? 'read' : 'written'}: ${text}`;
  return new ImageError('ALLCORES_ERR_IMAGE_IO', message, { cause, path });
}

/** The same error, which also says which file it is about. */
export function aboutFile(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof ImageError) {
    if (error.path !== undefined) return error;
    return new ImageError(error.code, `${path}: ${error.message}`, { cause: error, path });
  }
  const { code } = error as { code?: unknown };
  if (error instanceof AllcoresError || error instanceof CancelledError) return error;
  switch (code) {
    case 'ERR_INVALID_ARG_TYPE':
    case 'ERR_INVALID_ARG_VALUE':
    case 'ERR_OUT_OF_RANGE':
      return Object.assign(argumentError(code, `${path}: ${error.message}`), { cause: error, path });
    default:
      return error;
  }
}
