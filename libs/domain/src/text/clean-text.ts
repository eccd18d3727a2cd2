/** What stands for a character that cannot be stored. */
const REPLACEMENT = '\u{fffd}';

/**
 * Text that PostgreSQL can store: NUL characters and halves of surrogate pairs become U+FFFD. For texts that come from outside and must
 * be kept whatever they hold (logs, error messages); user input with such characters is refused instead.
 */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT);
}

/** The text of bytes that should be UTF-8: whatever is not becomes U+FFFD, so that a broken log never hides why a unit failed. */
export function decodeLeniently(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/**
 * A text of at most `maxCharacters` UTF-16 units: a longer one loses its middle and says how much, since the start tells what ran and the
 * end why it failed.
 */
export function shortenText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const note = (left: number): string => `\n[... ${left} characters left out ...]\n`;
  const kept = Math.max(0, maxCharacters - note(text.length).length);
  const head = text.slice(0, Math.ceil(kept / 2)).toWellFormed();
  const tail = kept < 2 ? '' : text.slice(-Math.floor(kept / 2)).toWellFormed();
  return `${head}${note(text.length - kept)}${tail}`;
}
