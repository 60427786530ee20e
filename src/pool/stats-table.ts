/** Statistics of a pool as text for people. */

import type { Histogram } from './histogram.ts';
import type { PoolStats } from './stats.ts';

/** The whole table. */
export function statsTable(stats: PoolStats): string {
  const { workers, busy, queued, running, completed, failed, cancelled, deaths } = stats;
  const lines = [
    `PoolStats: ${busy} of ${workers} workers busy, ${whole(running)} items there, ${whole(queued)} calls waiting`,
    `  completed ${whole(completed)}, failed ${whole(failed)}, cancelled ${whole(cancelled)}, workers died ${whole(deaths)}`,
    `  utilization ${Math.round(stats.utilization * 100)} %, chunk size ${whole(stats.chunkSize)}, ` +
      `sent ${bytes(stats.bytesSent)}, received ${bytes(stats.bytesReceived)}`,
    ...columns([
      ['ms', 'count', 'min', 'mean', 'p50', 'p95', 'p99', 'max'],
      durations('wait', stats.wait),
      durations('run', stats.run),
    ]),
  ];
  if (stats.perWorker.length > 0) {
    lines.push(
      ...columns([
        ['worker', 'pid', 'thread', 'state', 'items', 'memory'],
        ...stats.perWorker.map(({ name, pid, threadId, state, tasks, memory }) => [
          name,
          String(pid),
          String(threadId ?? ''),
          state,
          whole(tasks),
          memory === 0 ? '' : bytes(memory),
        ]),
      ]),
    );
  }
  return lines.join('\n');
}

function durations(name: string, histogram: Histogram): string[] {
  const { count, min, mean, p50, p95, p99, max } = histogram;
  return [name, whole(count), ...[min, mean, p50, p95, p99, max].map((ms) => short(ms))];
}

/** Rows with each column as wide as its widest cell; the first one to the left, the others to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
    );
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${short(value)} ${units[unit]}`;
}

/** Three digits that count. */
function short(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? whole(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** With a comma after each three digits. */
function whole(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
