/**
 * Reads the text of a `.env` file: `NAME=value` lines, `#` comments, an optional `export `, values bare, in single quotes (taken as they are)
 * or in double quotes (with `\n`, `\"`, `\\`), which may span lines. A later line wins. Nothing is interpolated.
 */
export function parseDotenv(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const line =
    /^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][A-Za-z0-9_]*)[^\S\n]*=[^\S\n]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\n]*))[^\S\n]*(?:#[^\n]*)?$/gm;
  for (const [, name, single, double, bare] of text.replace(/\r\n?/g, '\n').matchAll(line)) {
    if (name === undefined) continue;
    values[name] = single ?? (double === undefined ? stripComment(bare ?? '') : unescape(double));
  }
  return values;
}

/** A bare value ends at a blank followed by `#`. */
function stripComment(value: string): string {
  return value.replace(/(^|\s+)#.*$/, '').trim();
}

function unescape(value: string): string {
  return value.replace(/\\([\s\S])/g, (_, character: string) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
