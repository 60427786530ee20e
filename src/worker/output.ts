/** What user code writes to `process.stdout` and `process.stderr` in a worker, on its way to the pool. */

import type { OutputMessage } from '../internal/protocol.ts';
import { redirect, toBuffer } from './redirect.ts';
import { TaggedLines } from './tagged-lines.ts';

/** Posts an output message, together with the memory of its chunk. */
export type OutputPost = (message: OutputMessage, transfer?: readonly ArrayBuffer[]) => void;

/** Output that is captured. */
export interface CapturedOutput {
  /** Gives the lines away that have begun, with a line break. Does nothing without tags. */
  endLines(): void;
}

const STREAMS = ['stdout', 'stderr'] as const;
const UTF8 = /^utf-?8$/i;

/**
 * Posts every chunk as it is written, so that it stays in its place among the other messages and
 * survives the worker's end; Node's own way from a thread to its parent does neither.
 *
 * The streams themselves stay: whoever holds one already, as `console` does, is captured too.
 *
 * @param name Written as `[name] ` before each line; undefined for no tags.
 */
export function captureOutput(post: OutputPost, name: string | undefined): CapturedOutput {
  const ends = STREAMS.map((stream) => {
    const lines = name === undefined ? undefined : new TaggedLines(name);
    const send = (chunk: string | Buffer | undefined) => {
      if (chunk === undefined || chunk.length === 0) return;
      if (typeof chunk === 'string') {
        post({ type: 'output', stream, chunk });
        return;
      }
      // Its own bytes only: a small Buffer is a part of a pool that others use.
      const bytes = new Uint8Array(chunk);
      post({ type: 'output', stream, chunk: bytes }, [bytes.buffer]);
    };
    redirect(process[stream], (chunk, encoding) => {
      if (lines !== undefined) send(lines.add(toBuffer(chunk, encoding)));
      else if (typeof chunk === 'string' && UTF8.test(encoding)) send(chunk);
      else send(toBuffer(chunk, encoding));
    });
    return () => send(lines?.end());
  });
  return {
    endLines: () => {
      for (const end of ends) end();
    },
  };
}
