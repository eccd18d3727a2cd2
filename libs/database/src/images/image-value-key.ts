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

type Carrier = Pick<ImageContent, 'attributes' | 'types'>;

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
export function valuesOfImage(image: Carrier): ImageValue[] {
  const values = [ANY];
  for (const [name, value] of image.attributes) values.push(attributeValue(name, value));
  for (const [name, value] of image.types) values.push(typeValue(name, value));
  return values;
}

/** What an image carries no longer and what it carries from now on, when its content changes. */
export interface ImageValueChange {
  readonly lost: readonly ImageValue[];
  readonly gained: readonly ImageValue[];
}

/** How the values of two contents differ; most changes leave most values alone. */
export function changeOfValues(before: Carrier, after: Carrier): ImageValueChange {
  return {
    lost: [...missing(before.attributes, after.attributes, attributeValue), ...missing(before.types, after.types, typeValue)],
    gained: [...missing(after.attributes, before.attributes, attributeValue), ...missing(after.types, before.types, typeValue)],
  };
}

/** The values of one content that are not in the other. */
function missing<V extends Json>(
  here: ReadonlyMap<string, V>,
  there: ReadonlyMap<string, V>,
  valueOf: (name: string, value: V) => ImageValue,
): ImageValue[] {
  const found: ImageValue[] = [];
  for (const [name, value] of here) {
    const other = there.get(name);
    if (Object.is(value, other)) continue; // Spares the common case its texts.
    const own = valueOf(name, value);
    if (other === undefined || valueOf(name, other).text !== own.text) found.push(own);
  }
  return found;
}

/** The column `image_value.key`: values may be long texts, a unique index may not. */
export function imageValueKey(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Key of the value that every image has. */
export const ANY_IMAGE_KEY = imageValueKey(ANY.text);
