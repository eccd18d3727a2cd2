import type { Json, JsonObject } from '../../json/json.js';
import { findUnstorableText } from '../../json/unstorable-text.js';
import { below, INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import type { OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';
import { reportUnstorable } from '../scalars/string.js';

/** Any JSON value, kept as it is; only text that cannot be stored is refused, at any depth. */
export function anyJson(): Schema<Json> {
  return ANYTHING;
}

/** Any JSON object, kept as it is (keys are not touched; `jsonDict` trims them); text that cannot be stored is refused. */
export function anyObject(): Schema<JsonObject> {
  return ANY_OBJECT;
}

class AnySchema extends Schema<Json> {
  check(input: Json, place: Place | undefined, issues: IssueList): Json | Invalid {
    const found = findUnstorableText(input);
    if (found === undefined) return input;
    reportUnstorable(found.text, found.path.reduce<Place | undefined>(below, place), issues);
    return INVALID;
  }

  describe(): OpenApiSchema {
    return {};
  }
}

const ANYTHING = new AnySchema();

class AnyObjectSchema extends Schema<JsonObject> {
  check(input: Json, place: Place | undefined, issues: IssueList): JsonObject | Invalid {
    if (!(input instanceof Map)) return issues.add('dict_type', place, 'Input should be a valid dictionary', input);
    return ANYTHING.check(input, place, issues) === INVALID ? INVALID : input;
  }

  describe(): OpenApiSchema {
    return { type: 'object', additionalProperties: true };
  }
}

const ANY_OBJECT = new AnyObjectSchema();
