/** The code of a piece of source text without its strings and comments. */

/** After one of these a slash begins a regular expression. */
const BEFORE_REGEX =
  /(?:^|[=([{,;:!&|?+\-*%<>~^}]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|await|yield))\s*$/;

/**
 * The text with every character of strings, comments and regular expressions replaced by a space, so
 * that a search finds code only, at the same positions. Code inside a template's `${…}` is kept.
 */
export function codeOnly(source: string): string {
  let out = '';
  let at = 0;
  // For each open template, how many braces are open inside its current `${`.
  const templates: number[] = [];
  while (at < source.length) {
    const end = skip(source, at, out, templates);
    if (end > at) {
      out += blank(source.slice(at, end));
      at = end;
      continue;
    }
    const char = source[at] as string;
    if (templates.length > 0) countBrace(char, templates);
    out += char;
    at++;
  }
  return out;
}

/** Where the string, comment or expression that begins at `at` ends; `at` when none begins there. */
function skip(source: string, at: number, out: string, templates: number[]): number {
  const char = source[at];
  if (char === '"' || char === "'") return endOfString(source, at, char);
  if (char === '`') return endOfTemplate(source, at + 1, templates);
  if (char === '}' && templates.at(-1) === 0) {
    templates.pop();
    return endOfTemplate(source, at + 1, templates);
  }
  if (char !== '/') return at;
  if (source[at + 1] === '/') return endOr(source.indexOf('\n', at), source);
  if (source[at + 1] === '*') return endOr(source.indexOf('*/', at + 2) + 2, source, 1);
  return BEFORE_REGEX.test(out.slice(-40)) ? endOfRegex(source, at) : at;
}

function endOr(found: number, source: string, none = -1): number {
  return found === none ? source.length : found;
}

function endOfString(source: string, at: number, quote: string): number {
  for (let index = at + 1; index < source.length; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === quote) return index + 1;
  }
  return source.length;
}

/** The end of the template's text: its closing backtick, or the `${` where code begins. */
function endOfTemplate(source: string, at: number, templates: number[]): number {
  for (let index = at; index < source.length; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === '`') return index + 1;
    else if (source[index] === '$' && source[index + 1] === '{') {
      templates.push(0);
      return index + 2;
    }
  }
  return source.length;
}

function endOfRegex(source: string, at: number): number {
  let inClass = false;
  for (let index = at + 1; index < source.length && source[index] !== '\n'; index++) {
    const char = source[index];
    if (char === '\\') index++;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return index + 1;
  }
  return at + 1; // a division after all
}

function countBrace(char: string, templates: number[]): void {
  const last = templates.length - 1;
  if (char === '{') templates[last] = (templates[last] as number) + 1;
  else if (char === '}') templates[last] = (templates[last] as number) - 1;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
