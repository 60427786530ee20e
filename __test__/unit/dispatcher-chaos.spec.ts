import { describe, expect, test } from 'vitest';
import type { ToWorker } from '#dist/internal/protocol.js';
import { unpackList } from '#dist/internal/wire.js';
import { ApplyCall } from '#dist/pool/apply-call.js';
import { Dispatcher } from '#dist/pool/dispatcher.js';
import { FunctionTable } from '#dist/pool/functions.js';
import { MapCall } from '#dist/pool/map-call.js';
import { plainSetup } from './plain-setup.js';
import { done, fail, ScriptedBackend } from './scripted-backend.js';

/** Small numbers that look random and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a worker does with an item. */
type Fate = 'done' | 'fail' | 'die' | 'die after' | 'silent';

/** A worker that runs its items one by one, in order, each with a fate of its own. */
class ChaosWorker {
  readonly #backend: ScriptedBackend;
  readonly #fate: (item: number) => Fate;
  readonly #begin: (item: number) => void;
  readonly #waiting: { seq: number; item: number; announce: boolean }[] = [];
  #running: number | undefined;
  #pumping = false;

  constructor(backend: ScriptedBackend, fate: (item: number) => Fate, begin: (item: number) => void) {
    this.#backend = backend;
    this.#fate = fate;
    this.#begin = begin;
    backend.begunNow = 0;
  }

  take(message: ToWorker): void {
    if (message.type === 'run') {
      for (const [offset, list] of unpackList(message.items).entries()) {
        const item = (Array.isArray(list) ? list[0] : list) as number;
        this.#waiting.push({ seq: message.first + offset, item, announce: message.announce });
      }
    } else if (message.type === 'cancel') {
      for (let seq = message.seq; seq < message.seq + message.count; seq++) this.#cancel(seq);
    } else if (message.type === 'recall') {
      for (let seq = message.seq; seq < message.seq + message.count; seq++) this.#cancel(seq);
      this.#backend.say({ type: 'recalled' });
    } else if (message.type === 'stop') {
      this.#backend.end(this.#backend.begunNow ?? 0);
      return;
    }
    this.#pump();
  }

  #cancel(seq: number): void {
    const place = this.#waiting.findIndex((one) => one.seq === seq);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    this.#backend.say({ type: 'dropped', seq, count: 1 });
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      const next = this.#waiting[0];
      if (next === undefined || this.#running !== undefined || this.#backend.ended) return;
      this.#waiting.shift();
      // What was taken back from it must not begin. A real worker knows of the last range only.
      const [from, to] = this.#backend.recalls.at(-1) ?? [0, 0];
      const recalled = next.seq >= from && next.seq < to;
      if (recalled) this.#backend.say({ type: 'dropped', seq: next.seq, count: 1 });
      else this.#run(next);
      this.#pump();
    });
  }

  #run({ seq, item, announce }: { seq: number; item: number; announce: boolean }): void {
    const backend = this.#backend;
    backend.begunNow = seq + 1;
    this.#begin(item);
    if (announce) backend.say({ type: 'begin', seq });
    const fate = this.#fate(item);
    if (fate === 'silent') {
      this.#running = seq;
      return;
    }
    if (fate === 'done' || fate === 'die after') backend.say(done(seq));
    if (fate === 'fail') backend.say(fail(seq));
    if (fate.startsWith('die')) backend.end(seq + 1);
  }
}

describe('a dispatcher on workers that fail at random', () => {
  test.each(Array.from({ length: 150 }, (_, seed) => seed))(
    'seed %i: everything settles and nothing runs twice',
    async (seed) => {
      const roll = dice(seed + 1);
      const fates = new Map<number, Fate>();
      const begun = new Map<number, number>();
      const functions = new FunctionTable();
      const workers = 1 + roll(3);
      const dispatcher = new Dispatcher(
        {
          name: 'chaos',
          workers,
          gracePeriodMs: 1 + roll(3),
          idleTimeoutMs: roll(4) === 0 ? 1 : 60_000,
          setup: plainSetup,
        },
        (id) => {
          let worker: ChaosWorker | undefined;
          const backend: ScriptedBackend = new ScriptedBackend(
            id,
            () => setImmediate(() => backend.say({ type: 'ready' })),
            (_, message) => worker?.take(message),
          );
          worker = new ChaosWorker(
            backend,
            (item) => fates.get(item) as Fate,
            (item) => begun.set(item, (begun.get(item) ?? 0) + 1),
          );
          return backend;
        },
      );

      let nextItem = 0;
      const makeItem = (maySilence: boolean): number => {
        const item = nextItem++;
        const kind = roll(20);
        const fate =
          kind === 0
            ? 'die'
            : kind === 1
              ? 'die after'
              : kind === 2
                ? 'fail'
                : kind === 3 && maySilence
                  ? 'silent'
                  : 'done';
        fates.set(item, fate);
        return item;
      };
      const fn = [(x: unknown) => x, (x: unknown) => [x]];
      const calls: Promise<unknown>[] = [];
      for (let call = 0; call < 30; call++) {
        if (roll(5) === 0) await new Promise((resolve) => setImmediate(resolve));
        const stop = roll(4) === 0 ? new AbortController() : undefined;
        const timeoutMs = roll(3) === 0 ? 1 + roll(4) : 0;
        const parts = { site: undefined, signal: stop?.signal, timeoutMs };
        const maySilence = timeoutMs > 0 || stop !== undefined;
        if (stop !== undefined) setTimeout(() => stop.abort(new Error('aborted')), roll(8));
        const entry = functions.get(fn[roll(2)]);
        const outcome = new Promise((resolve, reject) => {
          if (roll(2) === 0) {
            const args = [makeItem(maySilence)];
            dispatcher.submit(new ApplyCall(entry, args, [], parts, resolve, reject));
            return;
          }
          const items = Array.from({ length: roll(12) }, () => makeItem(maySilence));
          const chunkSize = roll(2) === 0 ? undefined : 1 + roll(5);
          const more = { name: 'items', items, chunkSize, onProgress: undefined, workers } as const;
          const map = new MapCall(
            entry,
            { ...parts, ...more, spread: 'item', collect: roll(2) === 0 },
            resolve,
            reject,
          );
          dispatcher.submit(map);
          map.begin();
        });
        // Some settle before all are made.
        outcome.catch(() => {});
        calls.push(outcome);
      }
      const settled = Promise.allSettled(calls);
      if (seed % 5 === 4) {
        await new Promise((resolve) => setTimeout(resolve, roll(10)));
        await dispatcher.terminate();
      }
      await settled;
      dispatcher.close();
      await dispatcher.join();
      for (const [item, times] of begun) expect({ item, times }).toEqual({ item, times: 1 });
    },
  );
});
