import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../fixtures/worker-writes-much.mjs', import.meta.url));
const expected = (bytes: number) =>
  Buffer.concat([Buffer.from('abc'), Buffer.from([0xe9]), Buffer.from(`${'x'.repeat(bytes)}\n`)]);

test.each([
  { bytes: 10, lateMs: 0 },
  { bytes: 3_000_000, lateMs: 100 },
])(
  '$bytes bytes to a pipe are out before `process.exit()`, however slow the reader',
  async ({ bytes, lateMs }) => {
    const child = spawn(process.execPath, [program, String(bytes)], { stdio: ['ignore', 'pipe', 'pipe'] });
    const closed = once(child, 'close');
    const chunks: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    // Nobody reads before the pipe is full.
    if (lateMs > 0) {
      await once(child.stderr, 'data');
      await new Promise((resolve) => setTimeout(resolve, lateMs));
    }
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await closed).toEqual([0, null]);
    expect(Buffer.concat(chunks).equals(expected(bytes))).toBe(true);
    expect(Buffer.concat(errors).toString()).toBe('e\n');
  },
);

test('a file gets all of it too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'allcores-'));
  const file = join(folder, 'out');
  const fd = openSync(file, 'w');
  try {
    const child = spawn(process.execPath, [program, '100000'], { stdio: ['ignore', fd, 'ignore'] });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(readFileSync(file).equals(expected(100_000))).toBe(true);
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
});

test('a reader that is gone is an error of the stream, not an endless wait', async () => {
  const child = spawn(process.execPath, [program, '3000000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect(code).not.toBe(null);
});
