import type { Json } from '../../json/json.js';
import { textFault } from '../../json/unstorable-text.js';
import { INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import type { OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';
import { trimBlanks } from './trim.js';

/** Longest name of anything, in characters. The reference has no bound; ours keeps rows and indexes sane. */
export const MAX_NAME_LENGTH = 4096;

/** Longest URL or path, in characters. */
export const MAX_PATH_LENGTH = 16_384;

/** The rules for a string, applied in this order. Lengths are in Unicode characters. */
export interface StringRules {
  /** Take white space off both ends first. */
  readonly trim?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** The pattern, and how the contract writes it where it differs from JavaScript's way. */
  readonly pattern?: RegExp;
  readonly patternText?: string;
}

/**
 * A JSON string. NUL and lone surrogates, which neither PostgreSQL nor UTF-8 can hold, are refused everywhere (`string_unicode`).
 * Without rules there is no bound on the length.
 */
export function string(rules: StringRules = {}): Schema<string> {
  return new StringSchema(rules);
}

/** A string that is trimmed and then not empty. */
export function nonEmptyString(rules: Omit<StringRules, 'trim' | 'minLength'> = {}): Schema<string> {
  return new StringSchema({ ...rules, trim: true, minLength: 1 });
}

class StringSchema extends Schema<string> {
  private readonly patternText: string;

  constructor(private readonly rules: StringRules) {
    super();
    this.patternText = rules.patternText ?? rules.pattern?.source ?? '';
  }

  check(input: Json, place: Place | undefined, issues: IssueList): string | Invalid {
    if (typeof input !== 'string') return issues.add('string_type', place, 'Input should be a valid string', input);
    if (reportUnstorable(input, place, issues)) return INVALID;
    const { trim, minLength, maxLength, pattern } = this.rules;
    const text = trim === true ? trimBlanks(input) : input;
    if (minLength !== undefined && isShorter(text, minLength)) {
      const msg = `String should have at least ${minLength} character${minLength === 1 ? '' : 's'}`;
      return issues.add('string_too_short', place, msg, input, { min_length: minLength });
    }
    if (maxLength !== undefined && isLonger(text, maxLength)) {
      const msg = `String should have at most ${maxLength} character${maxLength === 1 ? '' : 's'}`;
      return issues.add('string_too_long', place, msg, input, { max_length: maxLength });
    }
    if (pattern !== undefined && !pattern.test(text)) {
      const msg = `String should match pattern '${this.patternText}'`;
      return issues.add('string_pattern_mismatch', place, msg, input, { pattern: this.patternText });
    }
    return text;
  }

  describe(): OpenApiSchema {
    const { minLength, maxLength, pattern } = this.rules;
    return { type: 'string', minLength, maxLength, pattern: pattern === undefined ? undefined : this.patternText };
  }
}

/** Adds an issue when a text cannot be stored, and says whether it did. */
export function reportUnstorable(text: string, place: Place | undefined, issues: IssueList): boolean {
  const fault = textFault(text);
  if (fault === undefined) return false;
  const what = fault === 'nul' ? 'NUL characters' : 'lone surrogates';
  issues.add('string_unicode', place, `String should not contain ${what}`, text);
  return true;
}

/** Characters are counted only where the cheaper count of UTF-16 units does not settle it. */
function isShorter(text: string, length: number): boolean {
  return text.length < length || (text.length < 2 * length && countCharacters(text) < length);
}

function isLonger(text: string, length: number): boolean {
  return text.length > length && (text.length > 2 * length || countCharacters(text) > length);
}

function countCharacters(text: string): number {
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}
