import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as kernels from 'allcores/factorial';
import { bigintToString, factorial, factorialString } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';

// The files are written by scripts/golden/factorial.py, with GMP as the oracle.
function golden<Row>(name: string): Row[] {
  const path = new URL(`../golden/factorial/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { rows: Row[] }).rows;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const factorials = golden<[n: number, hexadecimal: string, decimal: string]>('factorials');
const family = golden<[name: string, args: unknown[], hexadecimal: string]>('family');
const everyKernel = { ...kernels } as unknown as Readonly<Record<string, unknown>>;
const timeout = 240_000;

describe("GMP's results", () => {
  test('are in the files for small and large arguments', () => {
    expect(factorials.length).toBeGreaterThan(30);
    expect(factorials.at(-1)?.[0]).toBe(10_000_000);
    expect(family.length).toBeGreaterThan(15);
  });

  test.each(factorials)('are those of factorial(%d)', { timeout }, async (n, expected) => {
    const value = n % 2 === 0 ? factorial(n) : await factorial.async(n);
    expect(sha256(value.toString(16))).toBe(expected);
  });

  test.each(factorials)('are those of factorialString(%d)', { timeout }, async (n, _, expected) => {
    const text = n % 2 === 1 ? factorialString(n) : await factorialString.async(n);
    expect(sha256(text)).toBe(expected);
  });

  test.each(factorials.filter(([n]) => n <= 1_100_000))(
    'are those of bigintToString(factorial(%d))',
    { timeout },
    (n, _, expected) => {
      expect(sha256(bigintToString(factorial(n)))).toBe(expected);
    },
  );

  test.each(family)('are those of %s(%j)', { timeout }, async (name, args, expected) => {
    const kernel = everyKernel[name] as (...args: unknown[]) => bigint;
    expect(sha256(kernel(...args).toString(16))).toBe(expected);
  });
});
