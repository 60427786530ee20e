/** Calls of kernels as the properties make them: both forms, on inputs that must not change. */

import { isDeepStrictEqual } from 'node:util';

/** What a call threw; compared by its class and code. */
export class Thrown {
  readonly name: string;
  readonly code: unknown;
  readonly message: string;

  constructor(error: unknown) {
    if (!(error instanceof Error)) throw error;
    this.name = error.name;
    this.code = (error as { code?: unknown }).code;
    this.message = error.message;
  }
}

interface Kernel {
  (...args: never[]): unknown;
  readonly async: (...args: never[]) => Promise<unknown>;
}

/**
 * What a kernel gives, plainly and asynchronously, or what it threw.
 *
 * @throws {Error} when the two forms differ, or when the call changed an input.
 */
export async function call(kernel: unknown, args: readonly unknown[], options?: object): Promise<unknown> {
  const given = (options === undefined ? args : [...args, options]) as never[];
  const inputs = given.flatMap((value) => [
    value,
    ...(options === value ? Object.values(options ?? {}) : []),
  ]);
  const views = inputs.filter((value): value is ArrayBufferView => ArrayBuffer.isView(value));
  const before = views.map(snapshot);
  const both = kernel as Kernel;
  const plain = attempt(() => both(...given));
  const later = await both.async(...given).catch((error: unknown) => new Thrown(error));
  expectSame(later, plain, '.async against the plain call');
  for (const [i, view] of views.entries()) {
    if (!snapshot(view).equals(before[i] as Buffer)) throw new Error(`input ${i} was changed`);
  }
  return plain;
}

/** The result of a function, or what it threw. */
function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return new Thrown(error);
  }
}

function snapshot(view: ArrayBufferView): Buffer {
  return Buffer.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

/** Fails unless both are the same: numbers by their bits (all NaNs are one), arrays by type and elements. */
export function expectSame(found: unknown, expected: unknown, what = 'the kernel against the oracle'): void {
  if (same(found, expected)) return;
  throw new Error(`${what}: ${show(found)} is not ${show(expected)}`);
}

/** Fails unless the number is `expected`, or no further from it than `distance`. */
export function expectNear(found: unknown, expected: number, distance: number): void {
  if (Object.is(found, expected)) return;
  if (typeof found === 'number' && Math.abs(found - expected) <= distance) return;
  throw new Error(`${show(found)} is not within ${distance} of ${expected}`);
}

/** Fails unless the call threw an error of this class. */
export function expectThrown(found: unknown, name: 'RangeError' | 'TypeError'): void {
  if (found instanceof Thrown && found.name === name) return;
  throw new Error(`expected a ${name}, got ${show(found)}`);
}

function same(a: unknown, b: unknown): boolean {
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) {
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const [left, right] = [a as Float64Array, b as Float64Array];
    return left.length === right.length && left.every((value, i) => Object.is(value, right[i]));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => same(value, b[i]));
  }
  if (isPlain(a) && isPlain(b)) {
    const keys = Object.keys(a);
    return isDeepStrictEqual(keys, Object.keys(b)) && keys.every((key) => same(a[key], b[key]));
  }
  if (a instanceof Thrown && b instanceof Thrown) return a.name === b.name && a.code === b.code;
  return Object.is(a, b);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function show(value: unknown): string {
  if (value instanceof Thrown) return `${value.name} (${value.message})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} [${head(value as Float64Array)}]`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? String(value);
}

function head(x: Float64Array): string {
  const shown = Array.from(x.subarray(0, 20), String).join(', ');
  return x.length > 20 ? `${shown}, … ${x.length} elements` : shown;
}
