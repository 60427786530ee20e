/** Argument checks: each gives the value back, typed, or throws before any work has started. */

/** Node's codes for bad arguments, which allcores shares. */
type ArgumentCode = 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE' | 'ERR_OUT_OF_RANGE';

/** A TypeError or RangeError that carries Node's code. */
export function argumentError(code: ArgumentCode, message: string): TypeError | RangeError {
  const error = code === 'ERR_OUT_OF_RANGE' ? new RangeError(message) : new TypeError(message);
  return Object.assign(error, { code });
}

/** "Expected `chunkSize` to be an integer from 1, got 0.5 (number)". */
export function expected(name: string, what: string, got: unknown): string {
  return `Expected \`${name}\` to be ${what}, got ${show(got)}`;
}

/** A short text for any value, with its type, that never throws. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)} (string)`;
    case 'number':
      return `${Object.is(value, -0) ? '-0' : value} (number)`;
    case 'bigint':
      return value > -(10n ** 30n) && value < 10n ** 30n ? `${value}n (bigint)` : 'a huge bigint';
    case 'boolean':
      return `${value} (boolean)`;
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'undefined':
      return 'undefined';
    default:
      return value === null ? 'null' : `an object of type ${tagOf(value as object)}`;
  }
}

/** The built-in kind of an object in any realm, for example `Float64Array` or `Map`. */
export function tagOf(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return 'Object'; // its own `Symbol.toStringTag` throws, or it is a revoked proxy
  }
}

/**
 * A copy of an object without a prototype. For options that are handed to Node, which reads them
 * through the prototype: a polluted `Object.prototype` must not add to them.
 */
export function bare<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}

/**
 * A copy of `options` with its own properties only and no prototype, so that a polluted
 * `Object.prototype` cannot set an option. An unknown name is a TypeError.
 */
export function ownOptions<T extends object>(
  options: T | undefined,
  names: readonly (keyof T & string)[],
  where: string,
): Partial<T> {
  const own: Partial<T> = Object.create(null);
  if (options === undefined) return own;
  if (typeof options !== 'object' || options === null) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(`${where} options`, 'an object', options));
  }
  for (const name of Object.keys(options)) {
    if (!(names as readonly string[]).includes(name)) {
      throw argumentError(
        'ERR_INVALID_ARG_VALUE',
        `Unknown option \`${name}\` of ${where}; it takes ${list(names)}`,
      );
    }
    const value = options[name as keyof T];
    if (value !== undefined) own[name as keyof T] = value;
  }
  return own;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'no options' : names.map((name) => `\`${name}\``).join(', ');
}

/** An integer from `min` to `max`. */
export function integer(name: string, value: unknown, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  const message = () => expected(name, `an integer ${range}`, value);
  if (typeof value !== 'number') throw argumentError('ERR_INVALID_ARG_TYPE', message());
  if (!Number.isInteger(value) || value < min || value > max) {
    throw argumentError('ERR_OUT_OF_RANGE', message());
  }
  return value;
}

/** A number from `min` to `max`, fractions allowed, never NaN. */
export function finite(name: string, value: unknown, min: number, max: number): number {
  const message = () => expected(name, `a number from ${min} to ${max}`, value);
  if (typeof value !== 'number') throw argumentError('ERR_INVALID_ARG_TYPE', message());
  if (!(value >= min && value <= max)) throw argumentError('ERR_OUT_OF_RANGE', message());
  return value;
}

/** `true` or `false`. */
export function boolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a boolean', value));
  }
  return value;
}

/** One of a list of strings. */
export function choice<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((known) => known === value);
  if (found === undefined) {
    const list = choices.map((known) => `'${known}'`).join(', ');
    throw argumentError('ERR_INVALID_ARG_VALUE', expected(name, `one of ${list}`, value));
  }
  return found;
}

/** An AbortSignal of any realm: told by its shape, because a vm context has its own class. */
export function abortSignal(name: string, value: unknown): AbortSignal {
  if (
    typeof value !== 'object' ||
    value === null ||
    typeof (value as AbortSignal).aborted !== 'boolean' ||
    typeof (value as AbortSignal).addEventListener !== 'function'
  ) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an AbortSignal', value));
  }
  return value as AbortSignal;
}

/** A function. */
export function callable(name: string, value: unknown): (...args: never[]) => unknown {
  if (typeof value !== 'function') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a function', value));
  }
  return value as (...args: never[]) => unknown;
}
