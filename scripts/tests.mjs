/** Runs every suite and prints one count over all of them as the last line. */

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs the Rust and the TypeScript tests; true when all passed and none was skipped.
 *
 * @param {string} root The repository.
 * @param {{ node?: string, rust?: boolean }} options Another Node for the TypeScript tests; whether to run Rust's.
 */
export async function runTests(root, { node = process.execPath, rust = true } = {}) {
  const suites = [await vitest(root, node)];
  if (rust) suites.unshift(await cargo());
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    for (const key of Object.keys(total)) total[key] += suite[key];
  }
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 && total.skipped === 0;
}

async function cargo() {
  const { code, output } = await capture('cargo', [
    'test',
    '--workspace',
    '--exclude',
    'allcores-addon',
    '--no-fail-fast',
  ]);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/g,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored);
  }
  return failedIf(code !== 0 || counts.passed === 0, counts);
}

async function vitest(root, node) {
  const report = join(root, '.cache', 'vitest.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const { code } = await capture(node, [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    counts = { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch (error) {
    process.stderr.write(`vitest wrote no report: ${error.message}\n`);
  }
  return failedIf(code !== 0 || counts.passed === 0, counts);
}

/** A suite that ended badly without a failed test (it did not build, or lost a process) counts as one. */
function failedIf(bad, counts) {
  return bad && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function capture(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      process.stdout.write(data);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
