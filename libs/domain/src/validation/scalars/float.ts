import { type Json, JsonFloat } from '../../json/json.js';
import type { Invalid, IssueList, Place } from '../issue.js';
import type { OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';
import { trimBlanks } from './trim.js';

/** A finite float: numbers, booleans and numeric strings (contract: auth-admin 1.3). */
export function float(): Schema<number> {
  return FLOAT;
}

const NUMERIC = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/;

class FloatSchema extends Schema<number> {
  check(input: Json, place: Place | undefined, issues: IssueList): number | Invalid {
    const value = readFloat(input);
    if (value === undefined) return issues.add('float_type', place, 'Input should be a valid number', input);
    if (Number.isNaN(value)) {
      return issues.add('float_parsing', place, 'Input should be a valid number, unable to parse string as a number', input);
    }
    if (!Number.isFinite(value)) return issues.add('finite_number', place, 'Input should be a finite number', input);
    return value;
  }

  describe(): OpenApiSchema {
    return { type: 'number' };
  }
}

function readFloat(input: Json): number | undefined {
  switch (typeof input) {
    case 'number':
      return input;
    case 'bigint':
    case 'boolean':
      return Number(input);
    case 'string': {
      const text = trimBlanks(input);
      return NUMERIC.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
    }
    default:
      return input instanceof JsonFloat ? input.value : undefined;
  }
}

const FLOAT = new FloatSchema();
