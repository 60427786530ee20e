/** Options are own properties: what `Object.prototype` has been made to hold changes nothing. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { backends } from './backends.js';

const program = fileURLToPath(new URL('../fixtures/polluted-program.mjs', import.meta.url));

async function outcomes(kind: string, state: 'polluted' | 'clean'): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, kind, state]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.each(backends)('options on $name', ({ kind }) => {
  test('a polluted Object.prototype changes nothing', async () => {
    const clean = await outcomes(kind, 'clean');
    expect(clean['map']).toEqual({ done: 'Array 0=number 2,1=number 4,2=number 6' });
    expect(clean['failure']).toEqual({ failed: 'InvoiceError: m total because of TypeError: why ' });
    expect(clean['refused']).toEqual({ failed: 'SerializationError at args[0].a' });
    expect(await outcomes(kind, 'polluted')).toEqual(clean);
  });
});
