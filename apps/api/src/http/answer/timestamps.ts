/** A moment as resources and templates show it: `Z` for UTC, where everything else writes `+00:00` (contract: auth-admin 1.9). */
export function zuluTimestamp(timestamp: string): string {
  return timestamp.replace(/\+00:00$/, 'Z');
}
