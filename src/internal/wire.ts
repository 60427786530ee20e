/**
 * The codec for everything that crosses between threads. This file is its door.
 *
 * What crosses are structured-clone values, with these additions: a Buffer arrives as a Buffer;
 * a view on a part of a plain ArrayBuffer takes only its own bytes along (so two such views of one
 * buffer no longer share memory); an error inside a value keeps its class, properties and causes.
 * Most values need none of this and are posted as they are: packing then costs one look at each.
 */

export type { ErrorScope, WiredError } from './wire/error.ts';
export { packError, unpackError } from './wire/error.ts';
export { explain } from './wire/explain.ts';
export type { Packed, Wired } from './wire/list.ts';
export { listOf, pack, packList, unpack, unpackList } from './wire/list.ts';
