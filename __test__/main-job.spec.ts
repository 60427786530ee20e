import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decode } from 'allcores/image';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const photos = join(root, 'examples/photos');

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
}

let work = '';
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'allcores-main-job-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

/** Starts the main job in the work folder, so that its `out/` is there; `onText` sees what it prints. */
function start(args: readonly string[], onText: (text: string) => void = () => {}): Run {
  // `tsx` is found from the repository, not from the folder that the job runs in.
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(root, 'examples/photos.ts'), ...args],
    {
      cwd: work,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => {
    stdout += data;
    onText(stdout);
  });
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  const ended = new Promise<Awaited<Run['ended']>>((fulfil) => {
    child.on('close', (code, signal) => fulfil({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** A folder with two small photographs. */
function folder(): string {
  const path = join(work, 'in');
  mkdirSync(path);
  for (const name of ['chelsea.png', 'rocket.jpg']) copyFileSync(join(photos, name), join(path, name));
  return path;
}

const readable = (file: string) => decode(readFileSync(file));

describe('the main job', () => {
  test('saves every photograph, compares both sides and prints plain lines to a pipe', async () => {
    const { code, stdout, stderr } = await start([folder()]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(join(work, 'out')).sort()).toEqual(['chelsea.jpg', 'rocket.jpg']);
    expect(readable(join(work, 'out/chelsea.jpg'))).toMatchObject({ width: 451, height: 300, channels: 3 });
    for (const step of [
      'photographs',
      'factorials',
      'sum of squares',
      'inline function',
      'module function',
    ]) {
      expect(stdout).toMatch(new RegExp(`^${step} +[\\d.]+ ms +[\\d.]+ ms +[\\d.]+ ×$`, 'm'));
    }
    expect(stdout).toContain(`The pictures are in ${join(work, 'out')}`);
    expect(stdout).toContain('photographs: 2/2');
    expect(stdout).not.toContain('\r');
    expect(stdout).not.toContain('\x1b');
  }, 120_000);

  test('names a corrupt photograph, saves the others and ends with code 1', async () => {
    const path = folder();
    const broken = readFileSync(join(path, 'rocket.jpg')).subarray(0, 20_000);
    writeFileSync(join(path, 'broken.jpg'), broken);
    const { code, stdout, stderr } = await start([path]).ended;
    expect(code).toBe(1);
    expect(stdout.match(/^photographs: .*$/gm)?.at(-1)).toBe('photographs: 3/3');
    expect(stderr).toMatch(/^broken\.jpg failed: ImageError: .*JPEG/m);
    expect(readdirSync(join(work, 'out')).sort()).toEqual(['chelsea.jpg', 'rocket.jpg']);
  }, 120_000);

  test.each(['one thread', 'photographs', 'module function'])(
    'ends within 1 s of Ctrl-C while it is at "%s", with code 130 and no half-written file',
    async (step) => {
      let interruptedAt = 0;
      const run = start([], (text) => {
        if (interruptedAt === 0 && text.includes(`${step}: `)) {
          interruptedAt = performance.now();
          run.child.kill('SIGINT');
        }
      });
      const { code, signal, stderr } = await run.ended;
      const tookMs = performance.now() - interruptedAt;
      expect(interruptedAt, 'the step was reached').toBeGreaterThan(0);
      expect({ code, signal, stderr }).toEqual({ code: 130, signal: null, stderr: '' });
      // The promise is 1 s; the margin is for a loaded machine.
      expect(tookMs).toBeLessThan(3000);
      const out = join(work, 'out');
      for (const name of existsSync(out) ? readdirSync(out) : []) {
        expect(name).toMatch(/\.jpg$/);
        readable(join(out, name));
      }
    },
    120_000,
  );

  test('says which folder does not exist', async () => {
    const { code, stderr } = await start([join(work, 'nowhere')]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`The folder ${join(work, 'nowhere')} cannot be read`);
  }, 60_000);

  test('says which folder has no photographs', async () => {
    mkdirSync(join(work, 'empty'));
    const { code, stderr } = await start([join(work, 'empty')]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`No JPEG or PNG files in ${join(work, 'empty')}`);
  }, 60_000);
});
