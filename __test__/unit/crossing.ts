/** Values and errors on their way to another thread or process. */

import v8 from 'node:v8';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { pack, packError, packList, unpack, unpackError, unpackList } from '#dist/internal/wire.js';

/** What arrives when `message` is posted. */
export function post(message: unknown, transfer: readonly ArrayBuffer[] = []): unknown {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(message, [...transfer]);
    return (receiveMessageOnPort(port2) as { message: unknown }).message;
  } finally {
    port1.close();
  }
}

/** What arrives in another process, where nobody can give V8's serializer an object of Node's own. */
export function postToProcess(message: unknown): unknown {
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const deserializer = new v8.Deserializer(serializer.releaseBuffer());
  deserializer.readHeader();
  return deserializer.readValue();
}

/** A value in another thread. */
export function cross<T>(value: T): T {
  const { wired, transfer } = pack(value);
  return unpack(post(wired, transfer) as never) as T;
}

/** The items of a list there. */
export function crossList(items: readonly unknown[]): unknown[] {
  const { wired, transfer } = packList(items);
  return unpackList(post(wired, transfer) as never);
}

/** What was thrown, there; `module` is that of its task. */
export function crossError(thrown: unknown, exports?: object, module?: string): Promise<unknown> {
  const wired = post(packError(thrown, exports && { exports }));
  return new Promise((deliver) => unpackError(wired as never, module, deliver));
}
