/** A folder in which a test and its workers speak: they need not share memory for it. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** One test's folder, made when it is first asked for; after `remove` it is another one. */
export class Scratch {
  #folder: string | undefined;

  get folder(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'allcores-test-'));
    return this.#folder;
  }

  /** Workers write lines here. */
  get log(): string {
    return this.file('log');
  }

  /** Workers that hold wait for this file. */
  get gate(): string {
    return this.file('gate');
  }

  /** The path of another file. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Lets those go on that wait for the gate. */
  open(): void {
    writeFileSync(this.gate, '');
  }

  /** What workers have written, line by line. */
  lines(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** The lines, once there are so many; the test's own time limit ends the waiting. */
  async until(count: number): Promise<string[]> {
    for (;;) {
      const lines = this.lines();
      if (lines.length >= count) return lines;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  remove(): void {
    if (this.#folder === undefined) return;
    this.open(); // for a worker that still waits
    rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

/**
 * A folder for each test of a suite, removed after it. To be asked for before what works in it is: what is
 * ended after each test is ended in the opposite order.
 */
export function scratchForEach(): Scratch {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());
  return scratch;
}
