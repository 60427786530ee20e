/**
 * Compiles the native addons of the @stdlib packages, which npm does not: they bring their C sources
 * and a manifest of what belongs to them, and use `src/addon.node` once it is there.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLAGS = ['-O3', '-march=native', '-fPIC', '-shared', '-w'];

/** The headers of the Node that runs this. */
function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return [join(prefix, 'include', 'node'), '/usr/include/node'].find(existsSync);
}

/** Builds one package where it lies. */
function build(folder, headers) {
  const require = createRequire(join(folder, 'lib', 'index.js'));
  const manifest = require('@stdlib/utils-library-manifest');
  const { src, include } = manifest(
    join(folder, 'manifest.json'),
    { task: 'build' },
    { basedir: folder, paths: 'posix' },
  );
  const absolute = (path) => (isAbsolute(path) ? path : join(folder, path));
  const addon = ['addon.c', 'addon.cpp'].map((name) => join(folder, 'src', name)).find(existsSync);
  execFileSync(
    addon.endsWith('.cpp') ? 'c++' : 'cc',
    [
      ...FLAGS,
      ...[headers, ...include.map(absolute)].flatMap((path) => ['-I', path]),
      addon,
      ...src.map(absolute),
      '-lm',
      '-o',
      join(folder, 'src', 'addon.node'),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
}

const packages = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', '@stdlib');
const headers = nodeHeaders();
for (const name of readdirSync(packages).filter((one) => /^(blas-ext|stats)-base-d/.test(one))) {
  const folder = join(packages, name);
  if (!existsSync(join(folder, 'manifest.json')) || existsSync(join(folder, 'src', 'addon.node'))) continue;
  try {
    if (headers === undefined) throw new Error('the headers of Node are not there');
    build(folder, headers);
  } catch (error) {
    // Its JavaScript runs then; the table says which of the two was measured.
    process.stderr.write(
      `@stdlib/${name} was not compiled: ${String(error.stderr ?? error).slice(0, 300)}\n`,
    );
  }
}
