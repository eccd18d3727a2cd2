/** Each of the 32 ASCII punctuation characters, space, tab, newline, carriage return, vertical tab and form feed. */
const UNSAFE_CHARACTER = /[!-/:-@[-`{-~ \t\n\r\v\f]/g;

/**
 * A name as part of a folder name: in lower case, every ASCII punctuation character and every blank replaced by one `_`, nothing
 * collapsed, other letters kept (contract: runner.md 8.1, api-data-model.md 2 "Sanitise"). Two names may give the same result.
 */
export function sanitizeName(name: string): string {
  return name.toLowerCase().replace(UNSAFE_CHARACTER, '_');
}
