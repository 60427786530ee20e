/**
 * Bundles the compiled modules of dist/ into lib/, what users load: half of the time of an
 * import is spent on finding and opening files, and the sources are many small ones.
 *
 * Every output lies one folder below lib/, as the sources lie one below src/, so that paths
 * relative to `import.meta.url` (the addon, the worker's entry) stay right.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';

const entries = {
  'main/index': 'index.js',
  'numeric/index': 'numeric/index.js',
  'factorial/index': 'factorial/index.js',
  'image/index': 'image/index.js',
  'observe/diagnostics': 'observe/diagnostics.js',
  'cli/allcores': 'cli/main.js',
  'worker/thread-entry': 'worker/thread-entry.js',
  'worker/main-entry': 'worker/main-entry.js',
  'worker/thread-main-entry': 'worker/thread-main-entry.js',
  'worker/process-entry': 'worker/process-entry.js',
};

/** Writes lib/ anew from dist/. */
export async function bundle(root) {
  const { build } = await import('esbuild');
  const lib = join(root, 'lib');
  rmSync(lib, { recursive: true, force: true });
  const entryPoints = Object.entries(entries).map(([out, path]) => ({ out, in: join(root, 'dist', path) }));
  await build({
    entryPoints,
    outdir: lib,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    packages: 'external',
    logLevel: 'warning',
    // import-module.ts hands its caller's options on; esbuild leaves such an import as it is.
    logOverride: { 'unsupported-dynamic-import': 'silent' },
  });
}
