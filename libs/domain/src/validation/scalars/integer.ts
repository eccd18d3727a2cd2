import { type Json, JsonFloat } from '../../json/json.js';
import { INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import type { OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';
import { trimBlanks } from './trim.js';

/** Largest value of PostgreSQL's `integer`. */
export const MAX_INT4 = 2_147_483_647;
const MIN_INT4 = -MAX_INT4 - 1;

/** Bounds of an integer. Where none is given, those of PostgreSQL's `integer` hold: no id and no count of ours is larger. */
export interface IntegerRules {
  readonly gt?: number;
  readonly ge?: number;
  readonly le?: number;
}

/** An integer: JSON integers, floats without fraction, booleans and digits in a string (contract: auth-admin 1.3). */
export function integer(rules: IntegerRules = {}): Schema<number> {
  return new IntegerSchema(rules);
}

/** Python refuses to read longer ones. */
const MAX_DIGITS = 4300;
const DIGITS = /^[+-]?\d+(?:_\d+)*(?:\.0+)?$/;

class IntegerSchema extends Schema<number> {
  private readonly le: number;

  constructor(private readonly rules: IntegerRules) {
    super();
    this.le = rules.le ?? MAX_INT4;
  }

  check(input: Json, place: Place | undefined, issues: IssueList): number | Invalid {
    const value = readInteger(input, place, issues);
    if (value === INVALID) return INVALID;
    const { gt, ge } = this.rules;
    if (gt !== undefined && value <= gt) {
      return issues.add('greater_than', place, `Input should be greater than ${gt}`, input, { gt });
    }
    const lowest = ge ?? (gt === undefined ? MIN_INT4 : undefined);
    if (lowest !== undefined && value < lowest) {
      return issues.add('greater_than_equal', place, `Input should be greater than or equal to ${lowest}`, input, { ge: lowest });
    }
    if (value > this.le) {
      return issues.add('less_than_equal', place, `Input should be less than or equal to ${this.le}`, input, { le: this.le });
    }
    // Adding zero turns -0, which `-0.0` stands for, into 0.
    return Number(value) + 0;
  }

  describe(): OpenApiSchema {
    return { type: 'integer', exclusiveMinimum: this.rules.gt, minimum: this.rules.ge, maximum: this.rules.le };
  }
}

/** The integer of any size that the input stands for. */
function readInteger(input: Json, place: Place | undefined, issues: IssueList): number | bigint | Invalid {
  switch (typeof input) {
    case 'number':
      if (Number.isInteger(input)) return input;
      return issues.add('int_from_float', place, 'Input should be a valid integer, got a number with a fractional part', input);
    case 'bigint':
      return input;
    case 'boolean':
      return input ? 1 : 0;
    case 'string':
      return readDigits(input, place, issues);
    default:
      if (input instanceof JsonFloat) return input.value;
      return issues.add('int_type', place, 'Input should be a valid integer', input);
  }
}

function readDigits(input: string, place: Place | undefined, issues: IssueList): bigint | Invalid {
  const text = trimBlanks(input);
  if (text.length > MAX_DIGITS) {
    return issues.add('int_parsing_size', place, 'Unable to parse input string as an integer, exceeded maximum size', input);
  }
  if (!DIGITS.test(text)) {
    return issues.add('int_parsing', place, 'Input should be a valid integer, unable to parse string as an integer', input);
  }
  const digits = text.replaceAll('_', '').replace(/\.0+$/, '');
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace('+', ''));
}
