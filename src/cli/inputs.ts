import { type Dirent, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { isPattern, matchFiles } from './glob.ts';

/** A file to work on, and its name below the folder for the results. */
export interface InputFile {
  readonly path: string;
  readonly relative: string;
}

/** What the words of a command line stand for. */
export interface Inputs {
  readonly files: readonly InputFile[];
  /** Words that stand for nothing, and why. */
  readonly missing: readonly string[];
}

const endings = new Set(['.jpg', '.jpeg', '.jpe', '.png', '.webp']);

/**
 * The files that the words name: files as they are (whatever they are called), patterns, and folders, which stand
 * for the images in them; with `recursive` also for those in the folders below. Results are never inputs.
 */
export async function findInputs(
  words: readonly string[],
  { recursive, outDir }: { readonly recursive: boolean; readonly outDir: string },
): Promise<Inputs> {
  const files = new Map<string, InputFile>();
  const missing: string[] = [];
  for (const word of words) {
    const found = await filesOf(word, recursive, resolve(outDir));
    if (found.length === 0)
      missing.push(`${word}: ${isPattern(word) ? 'no file matches' : 'no images in it'}`);
    for (const file of found) {
      const key = resolve(file.path);
      if (!files.has(key)) files.set(key, file);
    }
  }
  return { files: [...files.values()], missing };
}

async function filesOf(word: string, recursive: boolean, outDir: string): Promise<readonly InputFile[]> {
  if (isPattern(word)) {
    const matched = await matchFiles(word);
    return matched.filter(({ path }) => endings.has(extname(path).toLowerCase()));
  }
  // What cannot be looked at fails by itself when its turn comes.
  const isFolder = statSync(word, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return [{ path: word, relative: basename(word) }];
  const found: InputFile[] = [];
  for await (const relative of images(word, '', recursive, outDir)) {
    found.push({ path: join(word, relative), relative });
  }
  return found;
}

async function* images(
  folder: string,
  below: string,
  recursive: boolean,
  outDir: string,
): AsyncGenerator<string> {
  const here = join(folder, below);
  if (below !== '' && resolve(here) === outDir) return;
  const entries: Dirent[] = await readdir(here, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const relative = join(below, entry.name);
    if (entry.isDirectory()) {
      if (recursive) yield* images(folder, relative, recursive, outDir);
    } else if (endings.has(extname(entry.name).toLowerCase())) {
      yield relative;
    }
  }
}
