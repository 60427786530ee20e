/** Says what is missing on this machine, and how to get it, before anything else happens. */

import { spawnSync } from 'node:child_process';

const MINIMUM_RUST = [1, 89];

/** The problems of this machine, each with its fix; empty when everything is there. */
export function missingTools({ rust = true } = {}) {
  const problems = [];
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (!((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22)) {
    problems.push(
      `Node ${process.version} is too old or unsupported: install Node 20.19+, 22.12+ or newer (https://nodejs.org)`,
    );
  }
  if (!rust) return problems;
  const cargo = version('cargo', ['--version'], /(\d+)\.(\d+)/);
  if (cargo === undefined) {
    problems.push('cargo was not found: install Rust with rustup (https://rustup.rs), then open a new shell');
  } else if (cargo[0] < MINIMUM_RUST[0] || (cargo[0] === MINIMUM_RUST[0] && cargo[1] < MINIMUM_RUST[1])) {
    problems.push(
      `Rust ${cargo.join('.')} is too old, ${MINIMUM_RUST.join('.')} is needed: run \`rustup update stable\``,
    );
  }
  if (process.platform !== 'win32' && version('cc', ['--version'], /(\d+)\.(\d+)/) === undefined) {
    problems.push(
      process.platform === 'darwin'
        ? 'No C compiler was found: run `xcode-select --install`'
        : 'No C compiler (cc) was found: install one, for example `apt-get install gcc libc6-dev`',
    );
  }
  return problems;
}

function version(command, args, pattern) {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const match = status === 0 ? pattern.exec(stdout) : null;
  return match === null ? undefined : match.slice(1).map(Number);
}
