import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Which folder of src/ may import which other (ARCHITECTURE.md). A folder may always import itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  index: ['errors', 'internal', 'pool', 'process', 'shared', 'worker'],
  numeric: ['errors', 'internal'],
  factorial: ['errors', 'internal'],
  image: ['errors', 'internal'],
  cli: ['image', 'errors', 'internal'],
  observe: ['errors', 'internal'],
  pool: ['backend', 'shared', 'process', 'observe', 'errors', 'internal'],
  backend: ['errors', 'internal'],
  shared: ['errors', 'internal'],
  process: ['backend', 'errors', 'internal'],
  worker: ['errors', 'internal'],
  internal: ['errors'],
  errors: [],
};

/** Which crate may depend on which other. */
const CRATES: Readonly<Record<string, readonly string[]>> = {
  addon: ['numeric', 'bigint', 'image', 'parallel', 'shm', 'cpu'],
  numeric: ['parallel', 'cpu'],
  bigint: ['parallel', 'cpu'],
  image: ['parallel', 'cpu'],
  parallel: ['cpu'],
  shm: [],
  cpu: [],
};

const UNSAFE_ADDRESSES = [
  /^crates\/\w+\/src\/simd(\/|\.rs$)/,
  /^crates\/image\/src\/codec\/webp_encoder\.rs$/,
  /^crates\/shm\/src\/platform\//,
  /^crates\/addon\/src\/(buffer|child|environment|memory|outcome|quick|segment|settle)\.rs$/,
];

function files(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/') && !path.includes('/venv/'));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /^import ['"]([^'"]+)['"]/gm,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string));
}

/** `src/pool/pool.ts` is of folder `pool`, `src/errors.ts` of `errors`. */
function folderOf(path: string): string {
  return (path.split('/')[1] as string).replace(/\.ts$/, '');
}

describe('the sources', () => {
  test('import only along the arrows of ARCHITECTURE.md', () => {
    const wrong: string[] = [];
    for (const path of files('src', '.ts')) {
      const from = folderOf(path);
      const allowed = ARROWS[from];
      if (allowed === undefined) wrong.push(`${path}: the folder ${from} is not in the list`);
      for (const specifier of importsOf(path).filter((name) => name.startsWith('.'))) {
        const target = relative(root, resolve(root, dirname(path), specifier))
          .split(sep)
          .join('/');
        if (target.startsWith('native/')) {
          if (path !== 'src/internal/native.ts')
            wrong.push(`${path}: only internal/native.ts imports the binding`);
          continue;
        }
        const to = folderOf(target);
        if (to !== from && !allowed?.includes(to)) wrong.push(`${path} → ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('make no circle between folders', () => {
    const reached = (from: string, seen = new Set<string>()): Set<string> => {
      for (const to of ARROWS[from] ?? []) if (!seen.has(to)) reached(to, seen.add(to));
      return seen;
    };
    for (const folder of Object.keys(ARROWS)) expect(reached(folder), folder).not.toContain(folder);
  });

  test('import no package but Node itself', () => {
    const foreign = files('src', '.ts').flatMap((path) =>
      importsOf(path)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !name.startsWith('allcores'))
        .map((name) => `${path} → ${name}`),
    );
    expect(foreign).toEqual([]);
  });
});

test('tests, benchmarks and examples reach the package by its public names, and internals only through #dist in unit tests', () => {
  const wrong = ['__test__', 'bench', 'examples'].flatMap((folder) =>
    files(folder, '.ts').flatMap((path) =>
      importsOf(path)
        .filter((name) => /(^|\/)(src|dist|native)\//.test(name) && !name.startsWith('#dist/'))
        .concat(
          path.startsWith('__test__/unit/')
            ? []
            : importsOf(path).filter((name) => name.startsWith('#dist/')),
        )
        .map((name) => `${path} → ${name}`),
    ),
  );
  expect(wrong).toEqual([]);
});

describe('the crates', () => {
  test.each(Object.entries(CRATES))('%s depends only on what its arrows allow', (crate, allowed) => {
    const manifest = readFileSync(join(root, `crates/${crate}/Cargo.toml`), 'utf8');
    const own = [...manifest.matchAll(/^allcores-(\w+)/gm)].map((match) => match[1] as string);
    expect(own.filter((name) => !allowed.includes(name))).toEqual([]);
    if (crate !== 'addon') expect(manifest).not.toMatch(/^napi/m);
    if (crate !== 'parallel') expect(manifest).not.toMatch(/^rayon/m);
  });

  test('are all in the list', () => {
    expect(readdirSync(join(root, 'crates')).sort()).toEqual(Object.keys(CRATES).sort());
  });

  test('hold unsafe code only at its addresses', () => {
    const wrong: string[] = [];
    for (const path of files('crates', '.rs')) {
      const lines = readFileSync(join(root, path), 'utf8').split('\n');
      lines.forEach((line, index) => {
        if (!/\bunsafe\s*(\{|impl|fn|extern)/.test(line) || /^\s*\/\//.test(line)) return;
        if (!UNSAFE_ADDRESSES.some((address) => address.test(path)))
          wrong.push(`${path}:${index + 1} unsafe outside its address`);
      });
    }
    expect(wrong).toEqual([]);
  });
});
