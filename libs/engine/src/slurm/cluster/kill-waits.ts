/** What a cluster has said holds for so long, milliseconds: an hour. */
const KNOWN_MS = 3_600_000;
/** One that did not say is asked again after a minute. */
const UNKNOWN_MS = 60_000;

/** The `KillWait` of clusters (see `readKillWait`), remembered so that it costs a cluster one question per account and hour. */
export class KillWaits {
  private readonly known = new Map<string, { readonly until: number; readonly answer: Promise<number | null> }>();

  /** @param now milliseconds of a clock that does not jump */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * @param account whom the question is put to
   * @param ask put it; whoever comes meanwhile waits for the same answer
   * @returns seconds; null where there is no answer, whatever the reason
   */
  of(account: string, ask: () => Promise<number | null>): Promise<number | null> {
    const known = this.known.get(account);
    if (known !== undefined && this.now() < known.until) return known.answer;
    const answer = ask().catch(() => null);
    this.known.set(account, { until: this.now() + KNOWN_MS, answer });
    return answer.then((seconds) => {
      if (seconds === null) this.known.set(account, { until: this.now() + UNKNOWN_MS, answer });
      return seconds;
    });
  }
}
