/** What the job shows: a bar that redraws one line on a terminal, plain lines to a pipe, and a table. */

const BAR = 24;

/** Shows how far a step is. */
export class ProgressLine {
  readonly #title: string;
  readonly #terminal = process.stdout.isTTY === true;
  #shown = -1;

  constructor(title: string) {
    this.#title = title;
  }

  /** `done` of `total` items. To a pipe at most ten lines are written. */
  update(done: number, total: number): void {
    const tenths = total === 0 ? 10 : Math.floor((done / total) * 10);
    if (this.#terminal) {
      const full = total === 0 ? BAR : Math.round((done / total) * BAR);
      const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
      process.stdout.write(`\r\x1b[K${this.#title} ${bar} ${done}/${total}`);
    } else if (tenths > this.#shown) {
      process.stdout.write(`${this.#title}: ${done}/${total}\n`);
    }
    this.#shown = tenths;
  }

  /** Leaves the line free for what comes next. */
  end(): void {
    if (this.#terminal) process.stdout.write('\r\x1b[K');
  }
}

/** One row of the table. */
export interface Row {
  readonly step: string;
  readonly sequentialMs: number;
  readonly parallelMs: number;
}

/** The table of times. */
export function table(rows: readonly Row[]): string {
  const header = ['step', 'sequential', 'parallel', 'speed-up'];
  const cells = rows.map(({ step, sequentialMs, parallelMs }) => [
    step,
    `${sequentialMs.toFixed(1)} ms`,
    `${parallelMs.toFixed(1)} ms`,
    `${(sequentialMs / parallelMs).toFixed(2)} ×`,
  ]);
  const widths = header.map((title, column) =>
    Math.max(...[header, ...cells].map((row) => (row[column] ?? title).length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}
