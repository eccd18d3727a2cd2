import type { Json } from '../../json/json.js';
import { type Invalid, INVALID, type IssueList, type Place } from '../../validation/issue.js';
import type { OpenApiSchema } from '../../validation/open-api.js';
import { string } from '../../validation/scalars/string.js';
import { Schema } from '../../validation/schema.js';
import { readAddress } from './address.js';

/** An e-mail address; `Name <a@b.org>` is reduced to the address, the domain is lower-cased (contract: auth-admin 2.6). */
export function email(): Schema<string> {
  return EMAIL;
}

const TEXT = string();

class EmailSchema extends Schema<string> {
  check(input: Json, place: Place | undefined, issues: IssueList): string | Invalid {
    const text = TEXT.check(input, place, issues);
    if (text === INVALID) return INVALID;
    const result = readAddress(text);
    if ('address' in result) return result.address;
    const { reason } = result;
    return issues.add('value_error', place, `value is not a valid email address: ${reason}`, input, { reason });
  }

  describe(): OpenApiSchema {
    return { type: 'string', format: 'email' };
  }
}

const EMAIL = new EmailSchema();
