const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/**
 * A moment as SLURM prints it (`2026-11-22T20:18:21`, in the time zone of the machine that ran the command), or null where it prints `N/A`,
 * `Unknown` or nothing. Two of them from one machine can be compared as texts.
 */
export function readTimestamp(text: string): string | null {
  return TIMESTAMP.test(text) ? text : null;
}

/** Whether the text is a moment, or one of the words for none. */
export function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text) || ['', 'N/A', 'NONE', 'None', 'Unknown'].includes(text);
}
