/** File patterns, for shells that leave them to the program. */

import { type Dirent, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Whether a text has one of the signs `* ? [ {`. A file of that very name is meant as it is. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text) && !existsSync(text);
}

/**
 * The files that match a pattern, sorted: `*` and `?` stand for any characters of a name, `[a-z]` and `[!a-z]`
 * for one, `{a,b}` for either, `**` for any folders, also none. Names that begin with a dot must be asked for.
 *
 * @returns Each file with the part of its path behind the folder that the pattern begins with.
 */
export async function matchFiles(pattern: string): Promise<{ path: string; relative: string }[]> {
  const found = new Map<string, string>();
  for (const one of alternatives(sep === '\\' ? pattern.replaceAll('\\', '/') : pattern)) {
    const segments = one.split('/');
    const fixed = segments.findIndex((segment) => /[*?[]/.test(segment));
    if (fixed < 0) {
      if (existsSync(one)) found.set(one, segments.at(-1) ?? one);
      continue;
    }
    const base = segments.slice(0, fixed).join('/') || (one.startsWith('/') ? '/' : '');
    for await (const relative of walk(base, '', segments.slice(fixed))) {
      found.set(join(base, relative), relative);
    }
  }
  return [...found]
    .map(([path, relative]) => ({ path, relative }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every text that a pattern with `{a,b}` stands for. */
function alternatives(pattern: string): string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return [pattern];
  let depth = 0;
  let start = open + 1;
  const parts: string[] = [];
  for (let at = open; at < pattern.length; at++) {
    const sign = pattern[at];
    if (sign === '{') depth++;
    if (sign === '}') depth--;
    if ((sign === ',' && depth === 1) || depth === 0) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) {
      const [before, after] = [pattern.slice(0, open), pattern.slice(at + 1)];
      return parts.flatMap((part) => alternatives(before + part + after));
    }
  }
  return [pattern]; // a brace that nobody closes
}

/** The files below `base/relative` that match the rest of a pattern. */
async function* walk(base: string, relative: string, segments: readonly string[]): AsyncGenerator<string> {
  const [segment = '', ...rest] = segments;
  const entries = await list(join(base, relative) || '.');
  const inside = (entry: Dirent) => (relative === '' ? entry.name : `${relative}/${entry.name}`);
  if (segment === '**') {
    if (rest.length > 0) yield* walk(base, relative, rest);
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) yield* walk(base, inside(entry), segments);
      else if (rest.length === 0) yield inside(entry);
    }
    return;
  }
  const pattern = expression(segment);
  for (const entry of entries) {
    if (!pattern.test(entry.name) || (entry.name.startsWith('.') && !segment.startsWith('.'))) continue;
    if (rest.length === 0) {
      if (!entry.isDirectory()) yield inside(entry);
    } else if (!entry.isFile()) {
      yield* walk(base, inside(entry), rest); // a link may lead to a folder
    }
  }
}

/** The entries of a folder; none when it cannot be read. */
async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function expression(segment: string): RegExp {
  const source = segment.replace(
    /\[(!?)([^\]]+)\]|[*?]|[.+^$()|[\]\\{}]/g,
    (sign, not?: string, set?: string) => {
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
      if (sign === '*') return '.*';
      return sign === '?' ? '.' : `\\${sign}`;
    },
  );
  return new RegExp(`^${source}$`, 's');
}
