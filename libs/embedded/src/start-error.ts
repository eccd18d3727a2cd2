/** A service could not be started. The message says what, why, and what a person can do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';

  /**
   * @param step what was tried, as in "start PostgreSQL"
   * @param reason why it did not work
   * @param advice what to do about it
   */
  constructor(
    readonly step: string,
    readonly reason: string,
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot ${step}: ${reason} ${advice}`, options);
  }
}
