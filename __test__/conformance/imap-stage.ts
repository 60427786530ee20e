/** Inputs and readers for `imap`, and marks of its tasks. */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { turn } from '../waits.js';

/** Both methods, and whether results come in the order of the items. */
export const methods = [
  { method: 'imap', ordered: true },
  { method: 'imapUnordered', ordered: false },
] as const;

/** The kinds of endless input. */
export const inputKinds = ['generator', 'async generator'] as const;

/** An endless input of numbers that knows how far it was pulled and how often it was closed. */
export function source(
  kind: (typeof inputKinds)[number],
  { failAt = Number.POSITIVE_INFINITY, onPull = () => {} } = {},
) {
  const state = { pulled: 0, closed: 0 };
  const pull = () => {
    state.pulled++;
    onPull();
    return state.pulled - 1;
  };
  function* plain() {
    try {
      while (state.pulled < failAt) yield pull();
    } finally {
      state.closed++;
    }
    throw new RangeError('the input');
  }
  async function* later() {
    try {
      while (state.pulled < failAt) {
        if (state.pulled % 7 === 3) await turn();
        yield pull();
      }
    } finally {
      state.closed++;
    }
    throw new RangeError('the input');
  }
  return { state, items: kind === 'generator' ? plain() : later() };
}

/** Reads to the end, and gives what came with the error that ended it. */
export async function drain<T>(results: AsyncIterable<T>): Promise<{ values: T[]; error: unknown }> {
  const values: T[] = [];
  try {
    for await (const value of results) values.push(value);
  } catch (error) {
    return { values, error };
  }
  return { values, error: undefined };
}

/** The numbers in their order. */
export function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** A folder where tasks leave their marks, for one test. */
export function marks() {
  const folder = mkdtempSync(join(tmpdir(), 'allcores-imap-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const has = (name: string) => existsSync(join(folder, name));
  return {
    folder,
    has,
    put: (name: string) => writeFileSync(join(folder, name), ''),
    ran: () => readdirSync(folder).filter((name) => name.startsWith('ran-')).length,
  };
}

/** What the workers compute. */
export const square = (x: number): number => x * x;

/** The same number. */
export const identity = (x: number): number => x;
