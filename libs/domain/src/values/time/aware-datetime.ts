import { type Json, JsonFloat } from '../../json/json.js';
import type { Invalid, IssueList, Place } from '../../validation/issue.js';
import type { OpenApiSchema } from '../../validation/open-api.js';
import { Schema } from '../../validation/schema.js';
import { type Moment, momentFromUnixTime, readDate, readDateTime, writeMoment } from './moment.js';

/**
 * A moment, given as ISO 8601 with an offset or as unix time (contract: auth-admin 1.3), as ISO text in UTC with microseconds
 * (`2026-11-22T10:11:24.838093+00:00`).
 */
export function awareDateTime(): Schema<string> {
  return AWARE_DATE_TIME;
}

const NUMERIC = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

class AwareDateTimeSchema extends Schema<string> {
  check(input: Json, place: Place | undefined, issues: IssueList): string | Invalid {
    const unixTime = unixTimeOf(input);
    if (unixTime !== undefined) {
      const moment = momentFromUnixTime(unixTime);
      return moment === undefined ? outOfRange(input, place, issues) : writeMoment(moment);
    }
    if (typeof input !== 'string') return issues.add('datetime_type', place, 'Input should be a valid datetime', input);
    const moment = readDateTime(input);
    if (moment === undefined) return this.explain(input, place, issues);
    return moment === 'no offset' ? needsOffset(input, place, issues) : this.write(moment, input, place, issues);
  }

  describe(): OpenApiSchema {
    return { type: 'string', format: 'date-time' };
  }

  private write(moment: Moment, input: Json, place: Place | undefined, issues: IssueList): string | Invalid {
    return moment.year < 1 || moment.year > 9999 ? outOfRange(input, place, issues) : writeMoment(moment);
  }

  /** A text that is no date and time is told apart as a date without time, or by what is wrong with it as a date. */
  private explain(input: string, place: Place | undefined, issues: IssueList): Invalid {
    const why = readDate(input);
    if (why === undefined) return needsOffset(input, place, issues);
    return issues.add('datetime_from_date_parsing', place, `Input should be a valid datetime or date, ${why}`, input, { error: why });
  }
}

function unixTimeOf(input: Json): number | undefined {
  if (typeof input === 'number' || typeof input === 'bigint') return Number(input);
  if (typeof input === 'string') return NUMERIC.test(input) ? Number(input) : undefined;
  return input instanceof JsonFloat ? input.value : undefined;
}

function needsOffset(input: Json, place: Place | undefined, issues: IssueList): Invalid {
  return issues.add('timezone_aware', place, 'Input should have timezone info', input);
}

function outOfRange(input: Json, place: Place | undefined, issues: IssueList): Invalid {
  const why = 'only the years 1 to 9999 are supported';
  return issues.add('datetime_parsing', place, `Input should be a valid datetime, ${why}`, input, { error: why });
}

const AWARE_DATE_TIME = new AwareDateTimeSchema();
