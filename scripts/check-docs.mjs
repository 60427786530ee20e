/** Fails when an export of src/ has no TSDoc comment right above it. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const declaration =
  /^export (?:abstract class|class|async function\*?|function\*?|const|let|interface|type(?! \{)) ?(\w+)?/;

/** The exports of a source text that have no comment, as `line: text`. */
export function undocumented(source) {
  const lines = source.split('\n');
  const found = [];
  lines.forEach((line, index) => {
    const match = declaration.exec(line);
    if (match === null) return;
    const above = lines[index - 1] ?? '';
    const overload = new RegExp(`^export (?:async )?function\\*? ${match[1]}\\b.*;$`).test(above);
    if (!above.trimEnd().endsWith('*/') && !overload) found.push(`${index + 1}: ${line}`);
  });
  return found;
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : path.endsWith('.ts') ? [path] : [];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = sources(join(root, 'src')).flatMap((path) =>
    undocumented(readFileSync(path, 'utf8')).map((line) => `${relative(root, path)}:${line}`),
  );
  if (problems.length > 0) {
    process.stderr.write(`Exports without a TSDoc comment:\n  ${problems.join('\n  ')}\n`);
    process.exit(1);
  }
}
