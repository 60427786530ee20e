import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { native } from '#dist/internal/native.js';
import { WorkerCell } from '#dist/internal/protocol.js';
import { RingReader, RingWriter } from '#dist/internal/result-ring.js';
import { createSegment, type NewSegment } from '#dist/internal/segment.js';

/** The descriptors of this process that are segments. */
function segments(): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('memfd:allcores');
    } catch {
      return false;
    }
  });
}

describe.runIf(process.platform === 'linux')('a segment', () => {
  test('is one memory in both processes, for plain and for atomic access', () => {
    const { fd, buffer } = native.createSegment(4096);
    const cells = new Int32Array(buffer);
    cells[0] = 41;
    const script = `const { createRequire } = require('node:module');
      const native = createRequire(${JSON.stringify(import.meta.url)})('../../native/index.cjs');
      const cells = new Int32Array(native.attachSegment(3, 4096));
      const seen = Atomics.add(cells, 0, 1);
      cells[1] = -7;
      console.log(seen, cells.length);`;
    const out = execFileSync(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit', fd] });
    native.closeDescriptor(fd);
    expect(String(out).trim()).toBe('41 1024');
    expect([...cells.subarray(0, 3)]).toEqual([42, -7, 0]);
  });

  test('counts right while two processes count at the same time', async () => {
    const { fd, buffer } = native.createSegment(64);
    const cells = new Int32Array(buffer);
    const script = `const native = require('node:module').createRequire(${JSON.stringify(import.meta.url)})('../../native/index.cjs');
      const cells = new Int32Array(native.attachSegment(3, 64));
      Atomics.store(cells, 1, 1);
      for (let count = 0; count < 1_000_000; count++) Atomics.add(cells, 0, 1);`;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit', fd] });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    native.closeDescriptor(fd);
    while (Atomics.load(cells, 1) === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let count = 0; count < 1_000_000; count++) Atomics.add(cells, 0, 1);
    expect(await ended).toBe(0);
    expect(cells[0]).toBe(2_000_000);
  });

  test('of a worker has cells and a ring beside each other, all zeros', () => {
    const { memory, closeFd } = createSegment() as NewSegment;
    const { cells, ring } = memory;
    closeFd();
    expect([...cells]).toEqual(Array(WorkerCell.length).fill(0));
    cells.fill(-1);
    const writer = new RingWriter(ring, () => {});
    const reader = new RingReader(ring);
    const got: unknown[] = [];
    const take = () => reader.drain(({ results }) => got.push(...(results as unknown[])));
    // More than it holds: every slot once, and some twice.
    for (let seq = 0; seq < 20_000; ) {
      if (writer.push(seq, seq / 2, 0)) seq++;
      else take();
    }
    take();
    expect(got).toEqual(Array.from({ length: 20_000 }, (_, seq) => seq / 2));
    expect([...cells]).toEqual(Array(WorkerCell.length).fill(-1));
  });

  test('keeps no descriptor once it is closed, and is closed in programs that this one starts', () => {
    const before = segments().length;
    const segment = createSegment();
    expect(segments()).toHaveLength(before + 1);
    const listed = execFileSync('/bin/sh', ['-c', 'ls -l /proc/self/fd'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(String(listed)).not.toContain('memfd:allcores');
    segment?.closeFd();
    expect(segments()).toHaveLength(before);
  });

  test('of nothing, or from what is no segment, is refused with the reason', () => {
    expect(() => native.createSegment(0)).toThrow(expect.objectContaining({ code: 'ALLCORES_ERR_SEGMENT' }));
    expect(() => native.attachSegment(9_999, 64)).toThrow('Bad file descriptor');
    const { fd } = native.createSegment(64);
    expect(() => native.attachSegment(fd, 65)).toThrow(
      expect.objectContaining({ code: 'ALLCORES_ERR_SEGMENT' }),
    );
  });
});
