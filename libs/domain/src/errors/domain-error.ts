/**
 * What kind of refusal an error is. It says nothing of HTTP; the API maps `notFound` → 404, `forbidden` → 403, `refused` → 422 and
 * `unavailable` → 503.
 */
export type DomainErrorKind = 'notFound' | 'forbidden' | 'refused' | 'unavailable';

/**
 * An expected refusal: the caller asked for something that the rules do not allow. Its message is written for the person who asked.
 * Everything that is not a `DomainError` is a fault of ours.
 */
export class DomainError extends Error {
  /**
   * @param kind what kind of refusal this is
   * @param code stable name of the rule that refused, such as `dataset.in_use`
   * @param message what a person can act on
   * @param details further facts: `asList` shows the message as a list with one text (some places of the contract do), `data` is sent beside it
   */
  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    message: string,
    readonly details: { readonly asList?: boolean; readonly data?: unknown; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DomainError';
  }
}
