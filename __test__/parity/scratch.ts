/** A folder in which a test and its workers speak: they need not share memory for it. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One test's folder. */
export class Scratch {
  readonly #folder = mkdtempSync(join(tmpdir(), 'allcores-test-'));
  /** Workers write lines here. */
  readonly log = this.file('log');
  /** Workers that hold wait for this file. */
  readonly gate = this.file('gate');

  /** The path of another file. */
  file(name: string): string {
    return join(this.#folder, name);
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
    this.open(); // for a worker that still waits
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
