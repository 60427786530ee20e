/** Sets up the rivals of the benchmarks in `bench/peers`, away from the package's own dependencies. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the Python of the peers is. */
export function peerPython(root) {
  return join(root, 'bench/peers/venv/bin/python');
}

/** Makes the virtual environment and installs the npm peers, both from pinned versions; compiles the addons of @stdlib. */
export async function setUpPeers(root, run) {
  const peers = join(root, 'bench/peers');
  if (!existsSync(peerPython(root))) await run('python3', ['-m', 'venv', join(peers, 'venv')]);
  await run(peerPython(root), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    join(peers, 'requirements.txt'),
  ]);
  await run('npm', ['ci', '--prefix', peers, '--no-audit', '--no-fund']);
  await run(process.execPath, [join(peers, 'build-stdlib.mjs')]);
}
