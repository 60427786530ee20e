/**
 * Messages between processes: `[length: u32, little-endian][value: as V8 serializes it]`.
 *
 * Views and buffers are V8's own business, as they are when a message goes to a thread, so that what
 * shares memory within a message still does on arrival. What cannot cross throws before a byte was written.
 */

import { types } from 'node:util';
import { Deserializer, Serializer } from 'node:v8';
import type { TransferListItem } from 'node:worker_threads';

const HEADER = 4;
const header = Buffer.alloc(HEADER);
/** A frame's length must fit into its header. */
const MAX_LENGTH = 2 ** 32 - 1;

/** V8's serializer, whose refusals are the errors that a message to a thread throws. */
class FrameSerializer extends Serializer {
  // V8 finds these by their names.
  _getDataCloneError(message: string): DOMException {
    return refusal(message);
  }

  _getSharedArrayBufferId(): never {
    throw refusal('memory that threads share cannot go to another process');
  }

  _writeHostObject(object: object): never {
    throw refusal(`a ${object.constructor.name} cannot go to another process`);
  }
}

/**
 * A message as a frame.
 *
 * @param transfer What moves along. ArrayBuffers are copied into the frame and then taken from this
 *   thread, as if they had moved; nothing else can move to another process.
 * @throws a DataCloneError for what cannot cross; nothing was taken then.
 */
export function encodeFrame(message: unknown, transfer: readonly TransferListItem[] = []): Buffer {
  if (transfer.length > 0) checkMovable(transfer);
  const serializer = new FrameSerializer();
  serializer.writeRawBytes(header);
  serializer.writeHeader();
  serializer.writeValue(message);
  const frame = serializer.releaseBuffer();
  const length = frame.length - HEADER;
  if (length > MAX_LENGTH) throw refusal(`a message of ${length} bytes is too large`);
  frame.writeUInt32LE(length, 0);
  if (transfer.length > 0) structuredClone(undefined, { transfer: transfer as ArrayBuffer[] });
  return frame;
}

function checkMovable(transfer: readonly unknown[]): void {
  for (const [index, item] of transfer.entries()) {
    if (types.isArrayBuffer(item)) continue;
    throw refusal(`transfer[${index}] is no ArrayBuffer; nothing else can move to another process`);
  }
}

function refusal(message: string): DOMException {
  return new DOMException(message, 'DataCloneError');
}

/** Puts the chunks of a stream together to messages. */
export class FrameReader {
  readonly #deliver: (message: unknown) => void;
  /** The begin of a header that came in two chunks. */
  readonly #head = Buffer.alloc(HEADER);
  #headFilled = 0;
  /** A frame that came in part: its memory, asked for once, and how much of it is filled. */
  #body: Buffer | undefined;
  #bodyFilled = 0;

  /** `deliver` gets each message when its last byte has come. */
  constructor(deliver: (message: unknown) => void) {
    this.#deliver = deliver;
  }

  /**
   * Takes the next bytes.
   *
   * @throws when they are no frame; nothing that follows can be read then.
   */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#body === undefined ? this.#begin(chunk, at) : this.#fill(chunk, at);
  }

  /** Reads a header, and the frame as well when the chunk has all of it. Gives where it stopped. */
  #begin(chunk: Buffer, from: number): number {
    let at = from;
    let length: number;
    if (this.#headFilled === 0 && chunk.length - at >= HEADER) {
      length = chunk.readUInt32LE(at);
      at += HEADER;
    } else {
      const copied = chunk.copy(this.#head, this.#headFilled, at);
      this.#headFilled += copied;
      at += copied;
      if (this.#headFilled < HEADER) return at;
      this.#headFilled = 0;
      length = this.#head.readUInt32LE(0);
    }
    if (chunk.length - at < length) {
      this.#body = Buffer.allocUnsafeSlow(length);
      this.#bodyFilled = 0;
      return at;
    }
    this.#deliver(decode(chunk.subarray(at, at + length)));
    return at + length;
  }

  #fill(chunk: Buffer, at: number): number {
    const body = this.#body as Buffer;
    const copied = chunk.copy(body, this.#bodyFilled, at);
    this.#bodyFilled += copied;
    if (this.#bodyFilled === body.length) {
      this.#body = undefined;
      this.#deliver(decode(body));
    }
    return at + copied;
  }
}

function decode(bytes: Buffer): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
