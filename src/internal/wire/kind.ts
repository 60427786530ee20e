/** What structured clone makes of an object, told by its prototype: it looks at slots that JavaScript cannot see. */

/**
 * - `ordinary`: it takes the own properties, whatever class the object is of.
 * - `builtin`: it knows the kind itself (arrays, views, Maps, dates, promises), to copy or to refuse it.
 * - `error`: an error, by its prototype.
 * - `url`, `params`: a URL, a URLSearchParams; it would lose their content.
 * - `threads`: Node or V8 copies it to a thread, but not into another process (blobs, keys, WebAssembly modules).
 * - `port`: a MessagePort, which has to be transferred (and ends Node 22 when it is posted closed otherwise).
 * - `never`: a web class of Node's that it refuses or, on older Nodes, empties (Response, Headers …).
 */
export type Kind = 'ordinary' | 'builtin' | 'error' | 'url' | 'params' | 'threads' | 'port' | 'never';

const kinds = new WeakMap<object, Kind>();

/** The kind of an object. */
export function kindOf(value: object): Kind {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return 'ordinary';
  return kindOfPrototype(prototype);
}

/** The kind of the objects that have this prototype. */
export function kindOfPrototype(prototype: object): Kind {
  let kind = kinds.get(prototype);
  if (kind === undefined) {
    kind = kindOfChain(prototype);
    kinds.set(prototype, kind);
  }
  return kind;
}

function kindOfChain(prototype: object): Kind {
  for (let level: object | null = prototype; level !== null; level = Object.getPrototypeOf(level)) {
    const kind = kindOfLevel(level);
    if (kind !== undefined) return kind;
  }
  return 'ordinary';
}

/** Classes of Node's that hold what no other thread can have. */
const WEB = new Set(['Response', 'Request', 'Headers', 'FormData', 'WebSocket', 'EventSource']);

/** What one prototype says; undefined when the next one has to be asked. */
function kindOfLevel(level: object): Kind | undefined {
  if (level === Object.prototype) return 'ordinary';
  if (level === Error.prototype || level === DOMException.prototype) return 'error';
  if (level === URL.prototype) return 'url';
  if (level === URLSearchParams.prototype) return 'params';
  if (hasNodeMark(level)) return 'threads';
  const type = own(level, 'constructor')?.value as unknown;
  const tag = own(level, Symbol.toStringTag);
  if (typeof type === 'function') {
    const name = tag?.value as unknown;
    if (isNative(type)) return kindOfNative(type.name, name);
    const isWeb = typeof name === 'string' && WEB.has(name) && Reflect.get(globalThis, name) === type;
    return isWeb ? 'never' : undefined;
  }
  // Generators and iterators have no constructor, but a tag that cannot be written.
  return tag !== undefined && tag.writable === false ? 'builtin' : undefined;
}

function kindOfNative(name: string, tag: unknown): Kind {
  if (tag === 'WebAssembly.Module') return 'threads';
  if (name === 'MessagePort') return 'port';
  // Another realm's `Object.prototype` ends the chain like this one's.
  return name === 'Object' ? 'ordinary' : 'builtin';
}

/** Node marks the classes that it copies or moves itself (Blob, KeyObject, FileHandle …) by symbols. */
function hasNodeMark(level: object): boolean {
  return Object.getOwnPropertySymbols(level).some((symbol) => symbol.description?.startsWith('messaging_'));
}

function own(level: object, key: PropertyKey): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(level, key);
}

function isNative(type: object): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(type));
}
