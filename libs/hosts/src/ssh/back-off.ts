const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/**
 * How long to wait before the next connection, after so many failures in a row: 0.5 s, doubled up to 60 s, and of that a random part
 * between half and all, so that the workers of a site do not come back at the same instant.
 *
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + random / 2);
}

/** A refusal that only an admin can undo is not tried often: servers lock out those who knock again and again. */
export function lastingBackOffMs(failures: number, random: number): number {
  return backOffMs(failures + 4, random);
}
