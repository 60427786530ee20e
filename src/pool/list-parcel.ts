import type { Spread } from '../internal/protocol.ts';
import { packList } from '../internal/wire.ts';
import type { Batch } from './batch.ts';
import type { Call, Parcel } from './call.ts';

/** The message of a call with many items; their results may travel together. */
export function listParcel(call: Call, batch: Batch, first: number, spread: Spread): Parcel {
  const { wired, transfer } = packList(batch.items);
  return {
    message: {
      type: 'run',
      fn: call.fn.number,
      first,
      spread,
      ...(spread === 'element' && { index: batch.index }),
      items: wired,
      count: batch.count,
      announce: call.timeoutMs > 0,
      gather: true,
      attempt: batch.attempt,
    },
    transfer,
  };
}
