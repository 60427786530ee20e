import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Crate {
  readonly name: string;
  readonly version: string;
  readonly license: string | null;
}

const root = resolve(import.meta.dirname, '..');
const { allowed, document, linkedCrates, taken } = (await import('../scripts/licences.mjs' as string)) as {
  readonly allowed: readonly string[];
  document(): string;
  linkedCrates(): readonly Crate[];
  taken(crate: Crate): readonly string[];
};

describe('LICENSE-THIRD-PARTY', () => {
  const text = readFileSync(join(root, 'LICENSE-THIRD-PARTY'), 'utf8');
  const crates = linkedCrates();

  test('is what scripts/licences.mjs makes of the crates that are linked now', () => {
    expect(document()).toBe(text);
  });

  test('names every linked crate with its licence, and gives the text of that licence', () => {
    expect(crates.length).toBeGreaterThan(40);
    for (const name of ['napi', 'rayon', 'png', 'moxcms', 'libwebp-sys', 'fast_image_resize']) {
      expect(crates.map((crate) => crate.name)).toContain(name);
    }
    for (const crate of crates) {
      const line = `${crate.name} ${crate.version}`;
      expect(text).toContain(`\n- ${line}: ${taken(crate)[0]}\n`);
      const headings = text
        .split('\n')
        .filter((heading) => heading.includes(line) && !heading.startsWith('- '));
      expect(headings, line).toHaveLength(taken(crate).length);
    }
    expect(text).toContain('\n- libwebp (in libwebp-sys): BSD-3-Clause\n');
    expect(text).toContain('based in part on the work of the Independent JPEG Group');
  });

  test('has no crate of our own and none that only runs while the addon is built', () => {
    expect(text).not.toMatch(/- allcores|- syn |- quote |- serde_derive /);
  });
});

describe('a licence', () => {
  const crate = (license: string | null) => ({ name: 'x', version: '1.0.0', license });

  test.each([
    ['MIT OR Apache-2.0', ['MIT']],
    ['Apache-2.0/MIT', ['MIT']],
    ['GPL-3.0 OR BSD-3-Clause', ['BSD-3-Clause']],
    ['(MIT OR Apache-2.0) AND Unicode-3.0', ['MIT', 'Unicode-3.0']],
  ])('%s may be linked', (license, expected) => {
    expect(taken(crate(license))).toEqual(expected);
    for (const licence of expected) expect(allowed).toContain(licence);
  });

  test.each(['GPL-3.0', 'LGPL-2.1', 'AGPL-3.0 OR LicenseRef-Commercial', 'MIT AND MPL-2.0', null])(
    '%s may not',
    (license) => {
      expect(() => taken(crate(license))).toThrow('may not be linked');
    },
  );
});
