/**
 * The codec for everything that crosses between threads and between processes. This file is its door.
 *
 * What crosses are structured-clone values, on both kinds alike, with these additions: a Buffer arrives
 * as a Buffer; a view on a part of a plain ArrayBuffer takes only its own bytes along (so two such views
 * of one buffer no longer share memory); a URL and a URLSearchParams arrive as such; an error inside a
 * value keeps its class (a built-in one, or one of allcores), properties and causes. As with structured
 * clone, an instance of any other class arrives as a plain object with its own enumerable properties, a
 * null prototype is not kept, keys that are symbols are dropped, and a getter arrives as the value that it
 * gave (it is read while the value is packed, which may be more than once).
 *
 * Shared memory and Node's own cloneable objects (blobs, keys, WebAssembly modules) cross to threads only.
 * Most values need none of this and are posted as they are: packing then costs one look at each.
 */

export type { WiredError } from './wire/error.ts';
export { packError, unpackError } from './wire/error.ts';
export type { ErrorScope } from './wire/error-leaf.ts';
export { explain, explainPost } from './wire/explain.ts';
export type { Packed, Wired } from './wire/list.ts';
export { allNumbers, listOf, pack, packList, unpack, unpackList } from './wire/list.ts';
