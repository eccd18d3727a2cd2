import { SlurmConfigError } from '../configuration/slurm-config-error.js';

/** Words that no POSIX shell changes. A leading `~` or `=` would be expanded by some, so neither is here at the beginning. */
const HARMLESS = /^[\w@%+:,./-][\w@%+=:,./~-]*$/;

/**
 * A text as one word of a POSIX shell: as it is where nothing could happen to it, else between single quotes. This is the only place
 * where text meets a shell.
 * @throws SlurmConfigError `unsafe_text` for NUL, which no argument can hold
 */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new SlurmConfigError('unsafe_text', 'A text with a NUL character cannot be an argument.');
  return HARMLESS.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
