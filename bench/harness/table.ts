/** Rows as a table of text. */

import type { MeasuredRow, Unit } from './case.ts';

const HEAD = ['suite', 'task', 'n', 'ours', 'peer', 'theirs', 'ratio', 'answers', "peer's settings"];
const RIGHT = new Set([2, 3, 5, 6]);

/** A table with a line for each row; ratios below 1 (the peer is faster) are marked. */
export function table(rows: readonly MeasuredRow[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(row: MeasuredRow): string[] {
  return [
    row.suite,
    row.task,
    row.n.toLocaleString('en'),
    amount(row.ours, row.unit),
    row.peer,
    amount(row.theirs, row.unit),
    `${figures(row.ratio)}${row.ratio < 1 ? ' -' : '  '}`,
    row.agreement,
    row.setting,
  ];
}

function pad(cell: string, width: number, column: number): string {
  return RIGHT.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

function amount(value: number, unit: Unit): string {
  return `${figures(value)} ${unit}`;
}

/** Three significant figures, without an exponent. */
function figures(value: number): string {
  if (!(Math.abs(value) < 1e15)) return String(value);
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
