import type { Json } from '../../json/json.js';
import { pythonKey } from '../../json/python-equality.js';
import { below, INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import type { OpenApiComponents, OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';

/** The rules for a list, applied when every item is fine. */
export interface ListRules {
  readonly minItems?: number;
  /** How the list is called when it is too short: `Value` for a list that is the whole body. */
  readonly calledInTexts?: 'List' | 'Value';
}

/** A JSON array, each item judged by `item`. */
export function list<T>(item: Schema<T>, rules: ListRules = {}): Schema<T[]> {
  return new ListSchema(item, rules);
}

/** A list in which no two items, as accepted, are equal. */
export function uniqueList<T extends Json>(item: Schema<T>, rules: ListRules = {}): Schema<T[]> {
  return list(item, rules).refine((items) => (new Set(items.map(pythonKey)).size < items.length ? 'List has repetitions' : undefined));
}

class ListSchema<T> extends Schema<T[]> {
  constructor(
    private readonly item: Schema<T>,
    private readonly rules: ListRules,
  ) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): T[] | Invalid {
    if (!Array.isArray(input)) return issues.add('list_type', place, 'Input should be a valid list', input);
    const items: T[] = [];
    for (let index = 0; index < input.length; index++) {
      const item = this.item.check(input[index]!, below(place, index), issues);
      if (item !== INVALID) items.push(item);
    }
    if (items.length < input.length) return INVALID;
    const { minItems, calledInTexts = 'List' } = this.rules;
    if (minItems !== undefined && items.length < minItems) {
      const msg = `${calledInTexts} should have at least ${minItems} item${minItems === 1 ? '' : 's'} after validation, not ${items.length}`;
      return issues.add('too_short', place, msg, input, { field_type: calledInTexts, min_length: minItems, actual_length: items.length });
    }
    return items;
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { type: 'array', items: this.item.describe(components), minItems: this.rules.minItems };
  }
}
