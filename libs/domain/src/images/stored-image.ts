import type { Json, JsonFloat } from '../json/json.js';
import { isJsonObject } from '../json/json.js';

/** Value of an attribute. Its JSON kind is kept: `1.0` is not stored as `1`. */
export type AttributeValue = string | number | bigint | boolean | JsonFloat;

/** Attributes of an image, in the order in which they were set. */
export type ImageAttributes = ReadonlyMap<string, AttributeValue>;

/** Types of an image; a type that is missing counts as false. */
export type ImageTypes = ReadonlyMap<string, boolean>;

/** What a dataset keeps of an image. */
export interface ImageContent {
  /** Normalised, unique in its dataset. */
  readonly zarrUrl: string;
  /** The image that this one was made from, which need not be in the dataset. */
  readonly origin: string | null;
  readonly attributes: ImageAttributes;
  readonly types: ImageTypes;
}

/** An image with its place in the dataset's list. Positions grow with the order of insertion, never change and may have gaps. */
export interface StoredImage extends ImageContent {
  readonly position: number;
}

/** An image with new content at its old place. */
export interface ChangedImage extends StoredImage {
  /** What it was: a write costs what differs. */
  readonly before: ImageContent;
}

/**
 * Reads attributes as they come from a `json` column, which only ever held valid ones.
 * @throws TypeError when it holds anything else
 */
export function attributesFromJson(value: Json): ImageAttributes {
  if (isJsonObject(value) && [...value.values()].every(isAttributeValue)) return value as ReadonlyMap<string, AttributeValue>;
  throw new TypeError('Not the attributes of an image');
}

/**
 * Reads types as they come from a `json` column, which only ever held valid ones.
 * @throws TypeError when it holds anything else
 */
export function typesFromJson(value: Json): ImageTypes {
  if (isJsonObject(value) && [...value.values()].every((item) => typeof item === 'boolean')) return value as ReadonlyMap<string, boolean>;
  throw new TypeError('Not the types of an image');
}

/** Whether a JSON value may be stored as an attribute. */
export function isAttributeValue(value: Json): value is AttributeValue {
  return value !== null && !Array.isArray(value) && !isJsonObject(value);
}
