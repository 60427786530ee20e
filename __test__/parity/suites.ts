/** What tests there are: read from the text of the spec files, as the formatter leaves it. */

import { existsSync, readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** A test as it stands in its file. */
export interface FoundTest {
  /** As in the source, with the placeholders of `test.each`. */
  readonly title: string;
  /** Whether it, or a suite around it, runs on threads and on child processes. */
  readonly onEachKind: boolean;
}

/** A list by which `each` runs a test on both kinds: the pools' backends, or a list of both names. */
const bothKinds = /^const kinds = \['(?:process', 'thread|thread', 'process)'\] as const/m;

/** The tests of a spec file, whose path is relative to `__test__`; undefined when there is no such file. */
export function testsIn(file: string): readonly FoundTest[] | undefined {
  const url = new URL(file, root);
  if (!existsSync(url)) return undefined;
  const text = readFileSync(url, 'utf8');
  const lists = kindLists(text, url);
  const found: FoundTest[] = [];
  // Formatted code: what a suite holds stands deeper than the suite itself.
  const suites: { readonly indent: number; readonly onEachKind: boolean }[] = [];
  for (const { groups, index } of text.matchAll(
    /^(?<indent> *)(?:for \(const .* of (?<looped>\w+)\) \{$|(?<what>describe|test)(?<each>\.each)?\()/gm,
  )) {
    const { indent = '', looped, what = '', each } = groups as { [name: string]: string | undefined };
    while ((suites.at(-1)?.indent ?? -1) >= indent.length) suites.pop();
    const around = suites.at(-1)?.onEachKind === true;
    if (looped !== undefined) {
      suites.push({ indent: indent.length, onEachKind: around || lists.includes(looped) });
      continue;
    }
    let at = index + indent.length + what.length + (each?.length ?? 0);
    let list = '';
    if (each !== undefined) {
      const end = closing(text, at);
      list = text.slice(at + 1, end);
      at = end + 1;
    }
    const title = titleAt(text, at + 1);
    if (title === undefined) continue;
    // A loop over cells names the kind of each in its title.
    const itself =
      lists.some((name) => namesAll(list, name)) || hasBoth(list) || /\$\{[\w.]*\bkind\}/.test(title);
    const onEachKind = itself || around;
    if (what === 'describe') suites.push({ indent: indent.length, onEachKind });
    else found.push({ title, onEachKind });
  }
  return found;
}

/** Whether a list is the one of that name, or has all of it. */
function namesAll(list: string, name: string): boolean {
  return list.trim() === name || new RegExp(`^\\[[^]*\\.\\.\\.${name}\\b(?!\\.)`).test(list);
}

/** Whether a list that is written out names both kinds. */
function hasBoth(list: string): boolean {
  return list.includes("'process'") && list.includes("'thread'");
}

/** The names in this file of lists that hold both kinds. */
function kindLists(text: string, url: URL): string[] {
  const lists: string[] = [];
  for (const { groups } of text.matchAll(/^import \{(?<names>[^}]*)\} from '(?<from>\.[^']*)';/gm)) {
    const { names, from } = groups as { names: string; from: string };
    const imported = names.split(',').map((name) => name.trim());
    if (imported.includes('backends') && from.endsWith('/backends.js')) lists.push('backends');
    if (!imported.includes('kinds')) continue;
    const source = readFileSync(new URL(from.replace(/\.js$/, '.ts'), url), 'utf8');
    if (bothKinds.test(source.replaceAll('export const', 'const'))) lists.push('kinds');
  }
  if (bothKinds.test(text)) lists.push('kinds');
  return lists;
}

/** The text of the string that begins here, behind white space, or the expression; undefined when it is neither. */
function titleAt(text: string, at: number): string | undefined {
  const match =
    /^\s*(?:'(?<single>(?:[^'\\\n]|\\.)*)'|"(?<double>(?:[^"\\\n]|\\.)*)"|`(?<back>[^`]*)`|(?<made>[\w.]+),)/.exec(
      text.slice(at, at + 400),
    );
  const title =
    match?.groups?.['single'] ??
    match?.groups?.['double'] ??
    match?.groups?.['back'] ??
    match?.groups?.['made'];
  return title?.replace(/\\(['"])/g, '$1');
}

/** Where the bracket closes that opens at `open`. Strings, templates and comments are jumped over. */
function closing(text: string, open: number): number {
  let depth = 0;
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|[()[\]{}]/g;
  token.lastIndex = open;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if ('([{'.includes(match[0])) depth++;
    else if (')]}'.includes(match[0]) && --depth === 0) return match.index;
  }
  return text.length;
}
