/** The message of an error as a sentence. */
export function reasonOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).trim().replace(/\.+$/, '');
  return `${message}.`;
}
