/**
 * Writes LICENSE-THIRD-PARTY: what is linked into the addon besides our own code, on any target, and the notices
 * that must go with it. `--check` fails when the file is not up to date.
 *
 *     node scripts/licences.mjs [--check]
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, 'LICENSE-THIRD-PARTY');

/** The licences that may occur, the first choice first where a crate offers several. */
export const allowed = [
  'MIT',
  'BSD-3-Clause',
  'BSD-2-Clause',
  'ISC',
  'Zlib',
  'Apache-2.0',
  '0BSD',
  'Unicode-3.0',
  'IJG',
];

/** Licence files that belong to each licence, by what their names or their first lines say. */
const belongs = {
  MIT: /mit|^licen[cs]e(\.md|\.txt)?$/i,
  'BSD-3-Clause': /bsd|^licen[cs]e(\.md|\.txt)?$/i,
  'BSD-2-Clause': /bsd|^licen[cs]e(\.md|\.txt)?$/i,
  ISC: /isc|^licen[cs]e(\.md|\.txt)?$/i,
  Zlib: /zlib|^licen[cs]e(\.md|\.txt)?$/i,
  'Apache-2.0': /apache|^licen[cs]e(\.md|\.txt)?$/i,
  '0BSD': /0bsd/i,
};

/** Sources of others inside of a crate: whose notices are where. */
const bundled = { 'libwebp-sys': { name: 'libwebp', licence: 'BSD-3-Clause', file: 'vendor/COPYING' } };

/** What cargo knows about the crates of all targets that the package is published for. */
function metadata() {
  const { napi } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const targets = napi.targets.flatMap((target) => ['--filter-platform', target]);
  const args = ['metadata', '--format-version', '1', '--locked', '--offline', ...targets];
  return JSON.parse(execFileSync('cargo', args, { cwd: root, maxBuffer: 1 << 28, encoding: 'utf8' }));
}

/** The crates that are linked into the addon and are not ours, by name. Macros only run at build time. */
export function linkedCrates({ packages, resolve } = metadata()) {
  const byId = new Map(packages.map((crate) => [crate.id, crate]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const isMacro = (crate) => crate.targets.some(({ kind }) => kind.includes('proc-macro'));
  const found = new Set();
  const open = [packages.find(({ name }) => name === 'allcores-addon').id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id) || isMacro(byId.get(id))) continue;
    found.add(id);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      if (dep_kinds.some(({ kind }) => kind === null)) open.push(pkg);
    }
  }
  return [...found]
    .map((id) => byId.get(id))
    .filter(({ source }) => source !== null)
    .sort((a, b) => (a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1));
}

/** The licences that are taken of a crate's offer, for example of `(MIT OR Apache-2.0) AND Unicode-3.0`. */
export function taken({ name, license }) {
  return (license ?? '').split(' AND ').map((offer) => {
    const choices = offer.replaceAll(/[()]/g, '').split(/ OR |\//);
    const choice = allowed.find((licence) => choices.includes(licence));
    if (choice === undefined) throw new Error(`The licence of ${name} may not be linked: ${license}`);
    return choice;
  });
}

/** The text of a licence of a crate. */
function textOf(crate, licence) {
  const folder = dirname(crate.manifest_path);
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|unlicense)/i.test(name));
  const own = files.filter((name) => belongs[licence]?.test(name));
  const found = own.find((name) => !/^licen[cs]e(\.md|\.txt)?$/i.test(name)) ?? own[0];
  if (found !== undefined) return tidy(readFileSync(join(folder, found), 'utf8'));
  if (licence === 'MIT') return mit(crate.authors);
  throw new Error(`${crate.name} comes without the text of ${licence}`);
}

const tidy = (text) =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[ \t]+$/gm, '')
    .trim();

/** The text of the MIT licence, for crates that name it and carry no file. */
function mit(authors) {
  const names = authors.map((author) => author.replace(/ <.*>/, '')).join(', ');
  return `Copyright (c) ${names}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
}

/** The whole file. */
export function document(crates = linkedCrates()) {
  const list = [];
  const users = new Map();
  const add = (name, licence, text) => {
    list.push(`- ${name}: ${licence}`);
    const group = users.get(text) ?? { licence, names: [] };
    group.names.push(name);
    users.set(text, group);
  };
  for (const crate of crates) {
    for (const licence of taken(crate))
      add(`${crate.name} ${crate.version}`, licence, textOf(crate, licence));
    const inside = bundled[crate.name];
    if (inside === undefined) continue;
    const path = join(dirname(crate.manifest_path), inside.file);
    if (!existsSync(path)) throw new Error(`Expected the notices of ${inside.name} at ${inside.file}`);
    add(`${inside.name} (in ${crate.name})`, inside.licence, tidy(readFileSync(path, 'utf8')));
  }
  const texts = [...users].map(
    ([text, { licence, names }]) =>
      `${'='.repeat(78)}\n${licence}: ${names.join(', ')}\n${'='.repeat(78)}\n\n${text}\n`,
  );
  return `The native addon of allcores contains the software below, each under the licence that is named. The standard
library of Rust, which is linked too, is used under the MIT licence (https://github.com/rust-lang/rust).

This software is based in part on the work of the Independent JPEG Group.

${list.join('\n')}

${texts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = document();
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    process.stderr.write('LICENSE-THIRD-PARTY is out of date: node scripts/licences.mjs\n');
    process.exit(1);
  }
}
