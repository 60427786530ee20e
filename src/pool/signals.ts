import type { PendingCall } from './call.ts';

/** Which calls hang on which AbortSignal: one listener for each signal, gone when no call needs it. */
export class SignalTable {
  readonly #watched = new Map<AbortSignal, { calls: Set<PendingCall>; listener: () => void }>();

  /** Abandons the call with the signal's reason when it aborts. */
  watch(signal: AbortSignal, call: PendingCall): void {
    const known = this.#watched.get(signal);
    if (known !== undefined) {
      known.calls.add(call);
      return;
    }
    const calls = new Set([call]);
    const listener = () => {
      this.#watched.delete(signal);
      for (const pending of calls) pending.abandon(signal.reason);
    };
    this.#watched.set(signal, { calls, listener });
    signal.addEventListener('abort', listener, { once: true });
  }

  /** Forgets a call that has settled. */
  release(signal: AbortSignal, call: PendingCall): void {
    const known = this.#watched.get(signal);
    if (known === undefined) return;
    known.calls.delete(call);
    if (known.calls.size > 0) return;
    this.#watched.delete(signal);
    signal.removeEventListener('abort', known.listener);
  }
}
