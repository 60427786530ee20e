/* Types that the generated declarations name: what the Rust types look like from JavaScript. */

type Numbers =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;
/** An output of any type. */
type NumbersMut = Numbers;
type Bytes = Uint8Array | Uint8ClampedArray;
type BytesMut = Uint8Array | Uint8ClampedArray;
/** An argument that is looked at only when others say so. */
type Unread = unknown;
/** An array that a job holds by a reference. */
type Held<T> = T;
/** What a kernel gives; each caller knows which. */
type Outcome = unknown;
/** The promise of a job. */
type Pending = Promise<unknown>;
