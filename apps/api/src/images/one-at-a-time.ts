/**
 * Lets work on one thing wait for the work that came before. Those who wait for a lock of PostgreSQL hold a connection each; those who wait
 * here hold nothing, so one busy dataset does not take all connections of the process.
 */
export class OneAtATime<Key> {
  private readonly last = new Map<Key, Promise<unknown>>();

  /** Runs `work` when everything that was given for this key before has ended, well or not. */
  async run<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    const result = before.then(work, work);
    const ended = result.catch(() => undefined);
    this.last.set(key, ended);
    try {
      return await result;
    } finally {
      if (this.last.get(key) === ended) this.last.delete(key);
    }
  }
}
