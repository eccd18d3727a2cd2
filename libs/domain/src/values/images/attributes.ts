import { type Json, JsonFloat } from '../../json/json.js';
import type { AttributeValue } from '../../images/stored-image.js';
import { pythonRepr } from '../../python/repr.js';
import { trimmedDict } from '../../validation/containers/dict.js';
import { list } from '../../validation/containers/list.js';
import { below, INVALID, type Invalid, type IssueList, type Place } from '../../validation/issue.js';
import type { OpenApiSchema } from '../../validation/open-api.js';
import { boolean } from '../../validation/scalars/boolean.js';
import { reportUnstorable } from '../../validation/scalars/string.js';
import { Schema } from '../../validation/schema.js';

/** An attribute of an image: integer, float, text or boolean, its JSON kind kept (contract: api-data-model 2, AttrValue). */
export function attributeValue(): Schema<AttributeValue> {
  return ATTRIBUTE_VALUE;
}

/** The attributes of an image. */
export function imageAttributes(): Schema<Map<string, AttributeValue>> {
  return IMAGE_ATTRIBUTES;
}

/** The types of an image, or a filter on them. */
export function typeFilters(): Schema<Map<string, boolean>> {
  return TYPE_FILTERS;
}

/** A filter on attributes: for each name the values that pass, all of one kind (contract: api-data-model 2, AttributeFilters). */
export function attributeFilters(): Schema<Map<string, AttributeValue[]>> {
  return ATTRIBUTE_FILTERS;
}

class AttributeValueSchema extends Schema<AttributeValue> {
  check(input: Json, place: Place | undefined, issues: IssueList): AttributeValue | Invalid {
    if (typeof input === 'string') return reportUnstorable(input, place, issues) ? INVALID : input;
    if (typeof input !== 'object' || input instanceof JsonFloat) return input;
    issues.add('int_type', below(place, 'int'), 'Input should be a valid integer', input);
    issues.add('float_type', below(place, 'float'), 'Input should be a valid number', input);
    issues.add('string_type', below(place, 'str'), 'Input should be a valid string', input);
    return issues.add('bool_type', below(place, 'bool'), 'Input should be a valid boolean', input);
  }

  describe(): OpenApiSchema {
    return { anyOf: [{ type: 'integer' }, { type: 'number' }, { type: 'string' }, { type: 'boolean' }] };
  }
}

function filtersFault(filters: ReadonlyMap<string, readonly AttributeValue[]>): string | undefined {
  for (const [name, values] of filters) {
    if (values.length === 0) return `attribute_filters[${name}] cannot be an empty list.`;
    if (new Set(values.map(kindOf)).size > 1) {
      return `attribute_filters[${name}] has values with non-homogeneous types: ${pythonRepr([...values])}.`;
    }
  }
  return undefined;
}

function kindOf(value: AttributeValue): 'integer' | 'float' | 'string' | 'boolean' {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'integer';
    default:
      return Number.isInteger(value) ? 'integer' : 'float';
  }
}

const ATTRIBUTE_VALUE = new AttributeValueSchema();
const IMAGE_ATTRIBUTES = trimmedDict(ATTRIBUTE_VALUE);
const TYPE_FILTERS = trimmedDict(boolean());
const ATTRIBUTE_FILTERS = trimmedDict(list(ATTRIBUTE_VALUE)).refine(filtersFault);
