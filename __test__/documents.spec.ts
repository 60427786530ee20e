import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
// Inside the repository, so that the package finds itself by its name.
const work = join(root, '.cache', `documents-${process.pid}`);
mkdirSync(work, { recursive: true });
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Block {
  readonly title: string;
  readonly code: string;
  readonly language: string;
}

/** The fenced blocks of a Markdown file. */
function blocksOf(file: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language = '', code = ''], index) => ({
    title: `${file} block ${index + 1}`,
    language,
    code,
  }));
}

/** The `@example` blocks of the TSDoc comments in src/. */
function examples(): Block[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(root, 'src', name), 'utf8');
      return [...text.matchAll(/^ *\* @example\n((?: *\*(?!\/).*\n)+)/gm)].map(([, body = ''], index) => ({
        title: `src/${name} example ${index + 1}`,
        language: 'ts',
        code: complete(body.replace(/^ *\* ?/gm, '')),
      }));
    });
}

/** The examples of a class's methods speak of `pool` without making one. */
function complete(code: string): string {
  if (/^import /m.test(code)) return code;
  return `import { Pool } from 'allcores';\nconst pool = new Pool();\n${code}await pool.terminate();\n`;
}

/** Turns `expression; // value` into a comparison, so that what the comment promises is checked. */
function asserting(code: string): string {
  const lines = code.split('\n').map((line) => {
    const match = /^((?!const |let |import |console\.|\/\/)\S.*); \/\/ (.+)$/.exec(line);
    if (match === null) return line;
    const [, expression, value] = match;
    return `same(${expression}, (${value}), ${JSON.stringify(line)});`;
  });
  const checker = `import { deepStrictEqual } from 'node:assert';
const plain = (value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as unknown as Iterable<unknown>) : value);
const same = (got: unknown, wanted: unknown, line: string) => deepStrictEqual(plain(got), wanted, line + ' gave ' + String(got));
`;
  return `${checker}${lines.join('\n')}\nconsole.log('ran to its end');\n`;
}

function run(block: Block): void {
  const file = join(work, `${block.title.replace(/\W+/g, '-')}.ts`);
  writeFileSync(file, asserting(block.code));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr, stderr).not.toMatch(/Error/);
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('ran to its end') });
}

describe('every program in the README runs and gives what its comments say', () => {
  const programs = blocksOf('README.md').filter(({ language }) => language === 'js' || language === 'ts');

  test('there are at least five', () => expect(programs.length).toBeGreaterThanOrEqual(5));
  test.each(programs)('$title', run);
});

describe('every @example in the sources runs and gives what its comments say', () => {
  const found = examples();

  test('there is one for each kernel at least', () => expect(found.length).toBeGreaterThanOrEqual(14));
  test.each(found)('$title', run);
});

test('every command that the documents name exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  for (const file of ['README.md', 'CONTRIBUTING.md']) {
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(/npm (?:run )?([a-z][\w:]*)/g)) {
      if (name === 'install' || name === 'packages') continue;
      expect(Object.keys(scripts), `${file} names npm ${name}`).toContain(name);
    }
  }
});

test('every file that the documents link to exists', () => {
  for (const file of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    for (const [, target = ''] of readFileSync(join(root, file), 'utf8').matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(existsSync(join(root, target)), `${file} links to ${relative(root, join(root, target))}`).toBe(
        true,
      );
    }
  }
});
