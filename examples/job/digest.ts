import { createHash } from 'node:crypto';

/** A digest by which two results can be compared across processes. */
export function digestOf(value: number | readonly bigint[] | Float64Array | Uint8Array): string {
  const hash = createHash('sha256');
  if (typeof value === 'number') hash.update(new Float64Array([value]));
  else if (ArrayBuffer.isView(value))
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  else for (const item of value) hash.update(`${item.toString(16)},`);
  return hash.digest('hex');
}
