import type { Json } from '../../json/json.js';
import { below, INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import type { OpenApiComponents, OpenApiSchema } from '../open-api.js';
import { pythonRepr } from '../../python/repr.js';
import { reportUnstorable } from '../scalars/string.js';
import { trimBlanks } from '../scalars/trim.js';
import { Schema } from '../schema.js';

/** A JSON object with keys of the sender's choice: keys judged by `key` (its issues are at `[…, key, "[key]"]`), values by `value`. */
export function dict<K, V>(key: Schema<K>, value: Schema<V>): Schema<Map<K, V>> {
  return new DictSchema(key, value);
}

/**
 * A JSON object whose keys are trimmed, must then not be empty and must still differ (contract: api-data-model 2, DictAny). Only the keys
 * of this level are touched.
 */
export function trimmedDict<V>(value: Schema<V>): Schema<Map<string, V>> {
  return new TrimmedDictSchema(value);
}

class DictSchema<K, V> extends Schema<Map<K, V>> {
  constructor(
    private readonly key: Schema<K>,
    private readonly value: Schema<V>,
  ) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): Map<K, V> | Invalid {
    if (!(input instanceof Map)) return issues.add('dict_type', place, 'Input should be a valid dictionary', input);
    const accepted = new Map<K, V>();
    let isValid = true;
    for (const [name, item] of input) {
      const placeOfItem = below(place, name);
      const key = this.key.check(name, below(placeOfItem, '[key]'), issues);
      const value = this.value.check(item, placeOfItem, issues);
      if (key === INVALID || value === INVALID) isValid = false;
      else accepted.set(key, value);
    }
    return isValid ? accepted : INVALID;
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { type: 'object', additionalProperties: this.value.describe(components), propertyNames: this.key.describe(components) };
  }
}

class TrimmedDictSchema<V> extends Schema<Map<string, V>> {
  constructor(private readonly value: Schema<V>) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): Map<string, V> | Invalid {
    if (!(input instanceof Map)) return issues.add('dict_type', place, 'Input should be a valid dictionary', input);
    let isValid = true;
    let hasChanged = false;
    const accepted: [key: string, value: V][] = [];
    for (const [name, item] of input) {
      const placeOfItem = below(place, name);
      if (reportUnstorable(name, placeOfItem, issues)) isValid = false;
      const value = this.value.check(item, placeOfItem, issues);
      if (value === INVALID) {
        isValid = false;
        continue;
      }
      const key = trimBlanks(name);
      if (key !== name || value !== item) hasChanged = true;
      accepted.push([key, value]);
    }
    if (!isValid) return INVALID;
    if (accepted.some(([key]) => key === '')) {
      return issues.addRule(`Empty string in ${pythonRepr(accepted.map(([key]) => key))}.`, place, input);
    }
    // The sent map itself is the result where nothing had to be changed: an import holds hundreds of thousands of them.
    const result = hasChanged ? new Map(accepted) : (input as Map<string, unknown> as Map<string, V>);
    if (result.size === input.size) return result;
    return issues.addRule(`Dictionary contains multiple identical keys: '${pythonRepr(input)}'.`, place, input);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { type: 'object', additionalProperties: this.value.describe(components) };
  }
}
