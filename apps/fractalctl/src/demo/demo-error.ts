/** A step of the demo did not work. The message says which, why, and what a person can do about it. */
export class DemoError extends Error {
  override readonly name = 'DemoError';

  /**
   * @param step what was tried, as in "collect the task packages"
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
