import type { Json } from '../../json/json.js';
import type { Invalid, IssueList, Place } from '../issue.js';
import type { OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';

/** Only `null`: a field that has no meaning in this variant of a model. */
export function nothing(): Schema<null> {
  return NOTHING;
}

class NullSchema extends Schema<null> {
  check(input: Json, place: Place | undefined, issues: IssueList): null | Invalid {
    return input === null ? null : issues.add('none_required', place, 'Input should be None', input);
  }

  describe(): OpenApiSchema {
    return { type: 'null' };
  }
}

const NOTHING = new NullSchema();
