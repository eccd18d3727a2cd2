/** Longest description of a command in a message. */
const MAX_LENGTH = 1_000;

/** Words that need no quotes when a person reads them. */
const PLAIN_WORD = /^[A-Za-z0-9_./:=@%+,-]+$/;

/** `user:password` of a URL, as package indexes behind a log-in have it. */
const URL_CREDENTIALS = /(\w+:\/\/)[^/\s@]+@/g;

/**
 * A command as text for messages and logs: quoted where needed, credentials of URLs removed, shortened. Only for reading; nothing runs it.
 */
export function describeCommand(argv: readonly string[]): string {
  const text = argv
    .map((word) => word.replace(URL_CREDENTIALS, '$1***@'))
    .map((word) => (PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}
