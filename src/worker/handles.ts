/** Sockets and servers that a `Process` was given. They are at work before the target is. */

import type { Server, Socket } from 'node:net';
import type { HandleMessage } from '../internal/start.ts';

/** What the parent has handed over, in its order. */
export interface Handles {
  readonly values: readonly unknown[];
  /** The target has them now: from here on they behave as Node made them. */
  release(): void;
}

/**
 * Takes handles from Node's own channel, on which nothing else comes.
 *
 * A server accepts as soon as it has arrived, though the target's module may still be loading. Its connections are kept
 * until somebody listens for them.
 */
export async function receiveHandles(count: number): Promise<Handles> {
  const values: unknown[] = [];
  if (count === 0) {
    process.disconnect();
    return { values, release: () => {} };
  }
  await new Promise<void>((resolve) => {
    let missing = count;
    const take = (message: unknown, handle: unknown) => {
      values[(message as HandleMessage).handle] = handle;
      const emitter = handle as Socket | Server;
      emitter.on('error', ignore);
      if ('listening' in emitter) keepConnections(emitter);
      if (--missing > 0) return;
      // The channel stays, because Node counts a server's connections over it, but keeps nothing alive.
      process.off('message', take);
      resolve();
    };
    process.on('message', take);
  });
  return {
    values,
    release() {
      for (const value of values) (value as Socket | Server).off('error', ignore);
    },
  };
}

/** Keeps the server's connections for the first who listens for them. */
function keepConnections(server: Server): void {
  const kept: Socket[] = [];
  const keep = (socket: Socket) => {
    socket.on('error', ignore);
    kept.push(socket);
  };
  const giveUp = (event: string | symbol) => {
    if (event !== 'connection') return;
    server.off('newListener', giveUp);
    server.off('connection', keep);
    // `newListener` comes before the listener is there.
    process.nextTick(() => {
      for (const socket of kept) {
        socket.off('error', ignore);
        // One that broke meanwhile has nobody at its other end.
        if (!socket.destroyed) server.emit('connection', socket);
      }
    });
  };
  server.on('connection', keep);
  server.on('newListener', giveUp);
}

/** What goes wrong before anybody can listen shows by the handle's state. */
function ignore(): void {}
