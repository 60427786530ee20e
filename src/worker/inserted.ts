/**
 * What compilers, bundlers and coverage tools insert into a function's text and define elsewhere in
 * its file. An inline function leaves its file behind, so the worker provides these by their names.
 */

type Key = string | symbol;
type Dictionary = Record<Key, unknown>;

/** Sets a property without running a setter, as a class field does. */
function field(target: object, key: Key, value: unknown): unknown {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** The own enumerable keys of an object, symbols too. */
function enumerableKeys(source: object): Key[] {
  return Reflect.ownKeys(source).filter((key) => Object.prototype.propertyIsEnumerable.call(source, key));
}

/** esbuild (and tsx): keeps a function's name. */
function __name(target: object, value: string): object {
  return Object.defineProperty(target, 'name', { value, configurable: true });
}

/** esbuild: a class field. */
function __publicField(target: object, key: unknown, value: unknown): unknown {
  return field(target, typeof key === 'symbol' ? key : String(key), value);
}

/** esbuild: `{ ...a }`. */
function __spreadValues(target: object, source: object | null | undefined): object {
  if (source === null || source === undefined) return target;
  for (const key of enumerableKeys(Object(source))) field(target, key, (source as Dictionary)[key]);
  return target;
}

/** esbuild: properties after a spread. */
function __spreadProps(target: object, source: object): object {
  return Object.defineProperties(target, Object.getOwnPropertyDescriptors(source));
}

/** esbuild: `{ a, ...rest }`. */
function __objRest(source: object | null | undefined, taken: readonly Key[]): object {
  return rest(source, taken);
}

/** TypeScript: `{ a, ...rest }`. */
function __rest(source: object | null | undefined, taken: readonly Key[]): object {
  return rest(source, taken);
}

function rest(source: object | null | undefined, taken: readonly Key[]): object {
  const left: object = {};
  if (source === null || source === undefined) return left;
  for (const key of enumerableKeys(Object(source))) {
    if (!taken.includes(key)) field(left, key, (source as Dictionary)[key]);
  }
  return left;
}

/** TypeScript: `{ ...a, b }`. */
function __assign(target: object, ...sources: unknown[]): object {
  return Object.assign(target, ...sources) as object;
}

type GeneratorFunction = (...args: unknown[]) => Generator<unknown, unknown, unknown>;

/** esbuild: an async function as a generator. */
function __async(
  self: unknown,
  args: ArrayLike<unknown> | null,
  generator: GeneratorFunction,
): Promise<unknown> {
  return drive(generator.apply(self, Array.from(args ?? [])));
}

/** TypeScript: an async function as a generator. */
function __awaiter(
  self: unknown,
  args: ArrayLike<unknown> | undefined,
  _promise: unknown,
  generator: GeneratorFunction,
): Promise<unknown> {
  return drive(generator.apply(self, Array.from(args ?? [])));
}

/** Runs a generator to its end, waiting for each value that it yields. */
async function drive(steps: Generator<unknown, unknown, unknown>): Promise<unknown> {
  let step = steps.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
  return step.value;
}

const provided: readonly (readonly [string, unknown])[] = [
  __name,
  __publicField,
  __spreadValues,
  __spreadProps,
  __objRest,
  __async,
  __awaiter,
  __assign,
  __rest,
].map((helper) => [helper.name, helper] as const);

/** Istanbul's counters of one file: `cov_1a2b().s[3]++`. They count into nothing. */
function coverageCounters(): unknown {
  const counters: unknown = new Proxy(() => counters, {
    get: (_target, key) => (typeof key === 'symbol' ? undefined : branches()),
    set: () => true,
  });
  return counters;
}

/** `s[0]` and `f[0]` are numbers, `b[0]` is a list of them: one object that serves as both. */
function branches(): unknown {
  return new Proxy(
    {},
    {
      get: (_target, key) =>
        key === Symbol.toPrimitive ? () => 0 : typeof key === 'symbol' ? undefined : branches(),
      set: () => true,
    },
  );
}

/** The names that a function's code may use without having defined them, and their values. */
export function insertedNames(code: string): ReadonlyMap<string, unknown> {
  const names = new Map(provided);
  for (const [name] of code.matchAll(/\bcov_[A-Za-z0-9$]+\b/g)) names.set(name, coverageCounters());
  return names;
}
