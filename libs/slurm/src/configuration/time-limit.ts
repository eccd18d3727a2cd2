const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A time limit as sbatch reads it, in seconds: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`, `days-hours:minutes`,
 * `days-hours:minutes:seconds`. Null for a word such as `UNLIMITED`, and for what is no time.
 */
export function timeLimitSeconds(text: string): number | null {
  const [, days, rest = ''] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(text.trim()) ?? [];
  if (rest === '') return null;
  const [first = 0, second = 0, third = 0] = rest.split(':').map(Number);
  const parts = rest.split(':').length;
  if (days !== undefined) return Number(days) * DAY + first * HOUR + second * MINUTE + third;
  return parts === 3 ? first * HOUR + second * MINUTE + third : first * MINUTE + second;
}

/** A time limit in the form `days-hours:minutes:seconds`; a part of a second counts as a whole one. */
export function formatTimeLimit(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = `${two(Math.floor((whole % DAY) / HOUR))}:${two(Math.floor((whole % HOUR) / MINUTE))}:${two(whole % MINUTE)}`;
  return `${Math.floor(whole / DAY)}-${clock}`;
}
