/** Streams whose chunks go elsewhere. */

import type { Writable } from 'node:stream';

/** Takes a chunk; the encoding says what a string means. What it throws is the error of the write. */
export type Sink = (chunk: string | Buffer, encoding: BufferEncoding) => void;

/**
 * Gives `sink` whatever is written to the stream from now on, one chunk after the other, before `write`
 * returns: so nothing is kept in the stream, and `write` is always true. The stream itself stays: whoever
 * holds it already, as `console` does, is redirected too.
 */
export function redirect(stream: Writable, sink: Sink): void {
  Object.assign(stream, {
    _write(chunk: string | Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
      try {
        sink(chunk, encoding);
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
    },
    // Without it a corked stream writes its chunks one by one.
    _writev: undefined,
  });
}

/** The bytes of a chunk. */
export function toBuffer(chunk: string | Buffer, encoding: BufferEncoding): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
}
