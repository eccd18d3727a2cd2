import { pythonKey } from '../json/python-equality.js';
import type { AttributeValue, ImageContent } from './stored-image.js';

/** Type name → the value that an image must have. */
export type TypeFilters = ReadonlyMap<string, boolean>;

/** Attribute name → the values of which an image must have one. */
export type AttributeFilters = ReadonlyMap<string, readonly AttributeValue[]>;

/**
 * Decides which images pass type and attribute filters (contract: runner.md 5.1, 5.2). All must pass. A missing type is false; a missing
 * attribute never passes; values are compared as Python does, so `1`, `1.0` and `true` are the same and `"1"` is another.
 */
export class ImageMatcher {
  readonly #types: readonly (readonly [string, boolean])[];
  readonly #attributes: readonly (readonly [string, ReadonlySet<string>])[];

  constructor(typeFilters: TypeFilters, attributeFilters: AttributeFilters) {
    this.#types = [...typeFilters];
    this.#attributes = [...attributeFilters].map(([name, values]) => [name, new Set(values.map(pythonKey))]);
  }

  /** Whether the image passes the type filters. */
  matchesTypes(image: Pick<ImageContent, 'types'>): boolean {
    return this.#types.every(([name, value]) => (image.types.get(name) ?? false) === value);
  }

  /** Whether the image passes the attribute filters. */
  matchesAttributes(image: Pick<ImageContent, 'attributes'>): boolean {
    return this.#attributes.every(([name, keys]) => {
      const value = image.attributes.get(name);
      return value !== undefined && keys.has(pythonKey(value));
    });
  }

  /** Whether the image passes all filters. */
  matches(image: Pick<ImageContent, 'types' | 'attributes'>): boolean {
    return this.matchesTypes(image) && this.matchesAttributes(image);
  }
}

/** The images that a task works on, in list order. */
export interface SelectedImages<Image> {
  readonly inputs: readonly Image[];
  /** How many pass the type filters, whatever their attributes: `num_available_images` of the run (contract: runner.md 3.1 B). */
  readonly availableCount: number;
}

/** Picks a task's input images in one pass. */
export function selectImages<Image extends ImageContent>(images: Iterable<Image>, filter: ImageMatcher): SelectedImages<Image> {
  const inputs: Image[] = [];
  let availableCount = 0;
  for (const image of images) {
    if (!filter.matchesTypes(image)) continue;
    availableCount += 1;
    if (filter.matchesAttributes(image)) inputs.push(image);
  }
  return { inputs, availableCount };
}
