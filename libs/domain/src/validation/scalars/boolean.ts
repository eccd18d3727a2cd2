import { type Json, JsonFloat } from '../../json/json.js';
import type { Invalid, IssueList, Place } from '../issue.js';
import type { OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';

/** A boolean: also 0 and 1, and words such as `yes` and `off` in any case (contract: auth-admin 1.3). */
export function boolean(): Schema<boolean> {
  return BOOLEAN;
}

const TRUE_WORDS = new Set(['1', 'on', 't', 'true', 'y', 'yes']);
const FALSE_WORDS = new Set(['0', 'off', 'f', 'false', 'n', 'no']);

class BooleanSchema extends Schema<boolean> {
  check(input: Json, place: Place | undefined, issues: IssueList): boolean | Invalid {
    if (typeof input === 'boolean') return input;
    const comparable = input instanceof JsonFloat ? input.value : input;
    if (comparable === 1) return true;
    if (comparable === 0) return false;
    if (typeof comparable === 'string') {
      const word = comparable.toLowerCase();
      if (TRUE_WORDS.has(word)) return true;
      if (FALSE_WORDS.has(word)) return false;
    }
    if (typeof comparable === 'string' || Number.isInteger(comparable)) {
      return issues.add('bool_parsing', place, 'Input should be a valid boolean, unable to interpret input', input);
    }
    return issues.add('bool_type', place, 'Input should be a valid boolean', input);
  }

  describe(): OpenApiSchema {
    return { type: 'boolean' };
  }
}

const BOOLEAN = new BooleanSchema();
