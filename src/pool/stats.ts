/** What a pool has done so far, and how it stands. */

import { inspect } from 'node:util';
import { DurationHistogram, type Histogram } from './histogram.ts';
import { statsTable } from './stats-table.ts';

/** One worker. */
export interface WorkerStats {
  /** Its number in the pool, from 1; none is given twice. */
  readonly id: number;
  readonly name: string;
  /** The process that it is, or that it is a thread of. */
  readonly pid: number;
  /** Left out for a child process. */
  readonly threadId?: number;
  readonly state: 'starting' | 'idle' | 'busy' | 'stopping';
  /** Items that it has answered. */
  readonly tasks: number;
  /** Bytes: a thread's heap and buffers, a process's resident set, as it last said; 0 when it has not. */
  readonly memory: number;
}

/** How a pool stands at a moment; what is not counted. */
export interface PoolState {
  /** Workers that exist. */
  readonly workers: number;
  /** Workers that have work. */
  readonly busy: number;
  /** Calls of which no worker has begun anything. */
  readonly queued: number;
  /** Items that workers have and have not answered. */
  readonly running: number;
  /** The part of their life that the workers of the pool had work, from 0 to 1. */
  readonly utilization: number;
  readonly perWorker: readonly WorkerStats[];
}

/**
 * A look at a pool: how it stands, and what it has done since it was made. Times are milliseconds, sizes
 * bytes. `console.log` prints it as a table.
 */
export class PoolStats implements PoolState {
  readonly workers: number;
  readonly busy: number;
  readonly queued: number;
  readonly running: number;
  /** Items that succeeded. */
  readonly completed: number;
  /** Items that failed, by an error, their time limit or the death of their worker. */
  readonly failed: number;
  /** Items that were sent to a worker and then not wanted any more. */
  readonly cancelled: number;
  /** Workers that ended without having been told to. */
  readonly deaths: number;
  readonly utilization: number;
  /** From the call of an item to its way to a worker. */
  readonly wait: Histogram;
  /** How long items ran; those that a worker answered together count with their mean. */
  readonly run: Histogram;
  /** Bytes that went to child processes; 0 on worker threads, whose messages have no size that can be seen. */
  readonly bytesSent: number;
  /** Bytes that came from child processes, but for small results in shared memory; 0 on worker threads. */
  readonly bytesReceived: number;
  /** Items in the last message to a worker. */
  readonly chunkSize: number;
  readonly perWorker: readonly WorkerStats[];

  constructor(state: PoolState, meter: PoolMeter) {
    this.workers = state.workers;
    this.busy = state.busy;
    this.queued = state.queued;
    this.running = state.running;
    this.completed = meter.completed;
    this.failed = meter.failed;
    this.cancelled = meter.cancelled;
    this.deaths = meter.deaths;
    this.utilization = state.utilization;
    this.wait = meter.wait.snapshot();
    this.run = meter.run.snapshot();
    this.bytesSent = meter.bytesSent;
    this.bytesReceived = meter.bytesReceived;
    this.chunkSize = meter.chunkSize;
    this.perWorker = state.perWorker;
  }

  /** What `console.log` prints. */
  [inspect.custom](depth: number): string {
    return depth < 0 ? '[PoolStats]' : statsTable(this);
  }
}

/** What a pool counts while it works. The dispatcher raises the counters itself: they are on its way for every item. */
export class PoolMeter {
  completed = 0;
  failed = 0;
  cancelled = 0;
  deaths = 0;
  bytesSent = 0;
  bytesReceived = 0;
  /** Items in the last message to a worker. */
  chunkSize = 0;
  readonly wait = new DurationHistogram();
  readonly run = new DurationHistogram();

  /** `count` items go to a worker that waited since `since`, on the clock of `now`. */
  sent(count: number, since: number, now: number): void {
    this.chunkSize = count;
    this.wait.record(now - since, count);
  }

  /** `count` items succeeded that took `elapsedMs` together. */
  succeeded(count: number, elapsedMs: number): void {
    this.completed += count;
    this.run.record(elapsedMs / count, count);
  }

  /** An item failed that ran for `elapsedMs`; undefined where nobody knows how long. */
  failedAfter(elapsedMs: number | undefined): void {
    this.failed++;
    if (elapsedMs !== undefined) this.run.record(elapsedMs);
  }
}
