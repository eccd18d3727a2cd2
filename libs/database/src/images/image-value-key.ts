import { createHash } from 'node:crypto';
import { pythonKey, type ImageContent, type Json } from '@fractal-server/domain';

/** What a row of `image_value` stands for. Every image has the one value of kind `any`. */
export type ImageValueKind = 'any' | 'attribute' | 'type';

/** One thing that an image carries and that filters can ask for. */
export interface ImageValue {
  readonly kind: ImageValueKind;
  readonly name: string;
  readonly value: Json;
  /** The same text for two values exactly when they are one row. NUL separates, because no stored text can contain it. */
  readonly text: string;
}

const ANY: ImageValue = { kind: 'any', name: '', value: true, text: 'any\0' };

/** An attribute value; values that Python finds equal (`1`, `1.0`, `true`) are the same. */
export function attributeValue(name: string, value: Json): ImageValue {
  return { kind: 'attribute', name, value, text: `attribute\0${name}\0${pythonKey(value)}` };
}

/** A type that is present with this boolean. */
export function typeValue(name: string, value: boolean): ImageValue {
  return { kind: 'type', name, value, text: `type\0${name}\0${value}` };
}

/** Everything that an image carries. */
export function valuesOfImage(image: Pick<ImageContent, 'attributes' | 'types'>): ImageValue[] {
  const values = [ANY];
  for (const [name, value] of image.attributes) values.push(attributeValue(name, value));
  for (const [name, value] of image.types) values.push(typeValue(name, value));
  return values;
}

/** The column `image_value.key`: values may be long texts, a unique index may not. */
export function imageValueKey(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Key of the value that every image has. */
export const ANY_IMAGE_KEY = imageValueKey(ANY.text);
