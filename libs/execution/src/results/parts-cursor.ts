/** How far the parts of `results` have been read. A plain value: it may be stored, and reading again from an older one is harmless. */
export interface PartsCursor {
  /** Parts read, which is the number of the next one. */
  readonly parts: number;
  /** Valid lines in them. */
  readonly lines: number;
}

/** Where reading begins. */
export const PARTS_START: PartsCursor = { parts: 0, lines: 0 };
