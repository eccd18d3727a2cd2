/** The text is not JSON. Message and offset are those of Python's parser, because clients see them (contract: auth-admin 1.6, `json_invalid`). */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';

  constructor(
    message: string,
    /** Where the parser stopped, in Unicode characters (not UTF-16 units) from the start of the text. */
    readonly offset: number,
  ) {
    super(message);
  }
}

/** The text is nested deeper than `MAX_JSON_DEPTH`, or its bytes are in no Unicode encoding: the body cannot be read at all. */
export class UnreadableJsonError extends Error {
  override readonly name = 'UnreadableJsonError';
}
