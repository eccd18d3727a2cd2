import type { Json } from '../json/json.js';
import { INVALID, type Invalid, type IssueList, type Place } from '../validation/issue.js';
import type { OpenApiSchema } from '../validation/open-api.js';
import { nonEmptyString } from '../validation/scalars/string.js';
import { Schema } from '../validation/schema.js';

/** An `http` or `https` URL, stored as typed (contract: api-data-model 2, HttpUrl). */
export function httpUrl(): Schema<string> {
  return HTTP_URL;
}

const MAX_URL_LENGTH = 2083;
const TEXT = nonEmptyString();

class HttpUrlSchema extends Schema<string> {
  check(input: Json, place: Place | undefined, issues: IssueList): string | Invalid {
    const text = TEXT.check(input, place, issues);
    if (text === INVALID) return INVALID;
    if (text.length > MAX_URL_LENGTH) {
      return issues.add('url_too_long', place, `URL should have at most ${MAX_URL_LENGTH} characters`, input, {
        max_length: MAX_URL_LENGTH,
      });
    }
    const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase();
    if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
      const expected = "'http' or 'https'";
      return issues.add('url_scheme', place, `URL scheme should be ${expected}`, input, { expected_schemes: expected });
    }
    const why = scheme === undefined ? 'relative URL without a base' : authorityFault(text.slice(scheme.length + 1));
    if (why !== undefined) return issues.add('url_parsing', place, `Input should be a valid URL, ${why}`, input, { error: why });
    return text;
  }

  describe(): OpenApiSchema {
    return { type: 'string', minLength: 1, maxLength: MAX_URL_LENGTH, format: 'uri' };
  }
}

/** Why the rest of a URL after `http:` names no host. `URL` itself only says yes or no. */
function authorityFault(rest: string): string | undefined {
  if (URL.canParse(`http:${rest}`)) return undefined;
  const authority = /^[/\\]*([^/\\?#]*)/.exec(rest)?.[1] ?? '';
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1);
  if (hostAndPort.startsWith('[')) return hostAndPort.includes(']:') ? 'invalid port number' : 'invalid IPv6 address';
  const [host = '', port] = hostAndPort.split(':');
  if (host === '') return 'empty host';
  if (port !== undefined && URL.canParse(`http://${host}/`)) return 'invalid port number';
  return /^[\d.]+$/.test(host) ? 'invalid IPv4 address' : 'invalid international domain name';
}

const HTTP_URL = new HttpUrlSchema();
