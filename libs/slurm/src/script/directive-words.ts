/** What begins a line that sbatch reads. */
export const DIRECTIVE = '#SBATCH';

/** Words of a directive, as sbatch reads it. */
export interface DirectiveWords {
  readonly words: readonly string[];
  /** Whether a quote is not closed, which sbatch refuses. */
  readonly isBroken: boolean;
}

/**
 * The words of a `#SBATCH` line as sbatch sees them (tried with 22.05): separated by blanks, with both kinds of quotes, a backslash that
 * takes the next character as it is everywhere, and a comment from an unquoted `#` on.
 */
export function directiveWords(line: string): DirectiveWords {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const text = line.slice(DIRECTIVE.length);
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') word = (word ?? '') + text.charAt(++index);
    else if (quote !== '' && character === quote) quote = '';
    else if (quote !== '') word = (word ?? '') + character;
    else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '#') break;
    else if (/[ \t\v\f\r]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  return { words: word === undefined ? words : [...words, word], isBroken: quote !== '' };
}
