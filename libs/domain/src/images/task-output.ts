import type { AttributeValue, ImageTypes } from './stored-image.js';

/** What a task says about one image. Already validated: URLs normalised, names trimmed. */
export interface ImageUpdate {
  readonly zarrUrl: string;
  readonly origin: string | null;
  /** null takes the attribute away. */
  readonly attributes: ReadonlyMap<string, AttributeValue | null>;
  readonly types: ImageTypes;
}

/** What one unit says about the image list (contract: runner.md 6.2). */
export interface TaskOutput {
  readonly updates: readonly ImageUpdate[];
  readonly removals: readonly string[];
}

/** What a unit says that says nothing. */
export const EMPTY_TASK_OUTPUT: TaskOutput = { updates: [], removals: [] };

/** What a whole run does to the image list. */
export interface RunOutput extends TaskOutput {
  /** The units said nothing, so their images count as updated: such an update never brings back an image that is gone. */
  readonly isImplied: boolean;
}
