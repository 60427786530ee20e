/** What `allcores image` prints. */

import { ImageError } from '../errors.ts';
import type { BatchProgress } from '../image/pipeline/batch.ts';
import type { RunAllResult } from '../image/pipeline/run-all.ts';

/** A finished image. */
export type FileResult = RunAllResult<string, string>;

/** Where the images are shown as they finish. */
export interface Report {
  result(result: FileResult): void;
  progress(progress: BatchProgress): void;
  /** Takes away what is not to stay on the screen. */
  end(): void;
}

/** Whether an error says that a file was there already, and was kept. */
export function isKept(error: unknown): boolean {
  return error instanceof ImageError && (error.cause as { code?: unknown } | undefined)?.code === 'EEXIST';
}

/** One line for each image. */
export function plainReport(write: (text: string) => void): Report {
  return {
    result(result) {
      if (result.error !== undefined) {
        if (isKept(result.error)) write(`${result.input}: kept what is there\n`);
        return; // failures are listed at the end
      }
      const { input, output, width, height, size } = result;
      write(`${input} → ${output} (${width} × ${height}, ${bytes(size)})\n`);
    },
    progress() {},
    end() {},
  };
}

/** One line of JSON for each image. */
export function jsonReport(write: (text: string) => void): Report {
  return {
    result(result) {
      if (result.error === undefined) {
        const { input, output, width, height, size } = result;
        write(`${JSON.stringify({ input, output, width, height, size })}\n`);
        return;
      }
      const { code } = result.error as NodeJS.ErrnoException;
      const error = { code, message: result.error.message };
      write(`${JSON.stringify({ input: result.input, kept: isKept(result.error), error })}\n`);
    },
    progress() {},
    end() {},
  };
}

const BAR = 24;

/** One line that is written again and again. */
export function barReport(write: (text: string) => void, columns: () => number): Report {
  let shown = 0;
  return {
    result() {},
    progress(progress) {
      const { done, total = 0, elapsed } = progress;
      // Ten times a second is as much as anybody sees.
      if (done < total && elapsed - shown < 100 && shown > 0) return;
      shown = elapsed;
      write(`\r\u001b[K${barLine(progress).slice(0, Math.max(0, columns() - 1))}`);
    },
    end() {
      write('\r\u001b[K');
    },
  };
}

/** `[████      ] 12/64  18.3/s  3 s left  1 failed`. */
export function barLine({ done, total = 0, failed, elapsed }: BatchProgress): string {
  const filled = total > 0 ? Math.floor((done / total) * BAR) : 0;
  const bar = '█'.repeat(filled) + ' '.repeat(BAR - filled);
  const rate = elapsed > 0 ? (done / elapsed) * 1000 : 0;
  const left = rate > 0 ? duration((total - done) / rate) : '?';
  return `[${bar}] ${done}/${total}  ${rate.toFixed(1)}/s  ${left} left${failed > 0 ? `  ${failed} failed` : ''}`;
}

/** `7 s`, `3:05 min`, `2:00:10 h`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return `${hours}:${two(minutes)}:${two(rest)} h`;
  return minutes > 0 ? `${minutes}:${two(rest)} min` : `${rest} s`;
}

/** `512 B`, `34 kB`, `1.2 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${(size / 1000).toFixed(0)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
