import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('loaded into a vm context, the package throws its own classes of that realm', () => {
  const fixture = fileURLToPath(new URL('../fixtures/addon-realm.mjs', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, ['--experimental-vm-modules', fixture], {
    encoding: 'utf8',
  });
  expect(stdout.trim().split('\n')).toEqual([
    'ImageError ALLCORES_ERR_IMAGE_FORMAT true',
    'ImageError ALLCORES_ERR_IMAGE_FORMAT true',
    'KernelPanicError ALLCORES_ERR_PANIC true',
    'TypeError ERR_INVALID_ARG_TYPE true',
    '3',
  ]);
  expect(status).toBe(0);
});
