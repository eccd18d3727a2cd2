import { describe, expect, it } from 'vitest';
import { httpUrl } from '../index.js';

function judge(text: string): string {
  const outcome = httpUrl().validate(text, []);
  return outcome.ok ? outcome.value : outcome.issues.map(({ type, msg }) => `${type}: ${msg}`).join();
}

describe('an HTTP URL', () => {
  it.each([
    'http://a.b',
    'HTTPS://A/b c#d',
    'http:a',
    'http:///x',
    'http://user:pw@host:80/',
    'http://ex\u00e4mple.org',
    'http://[::1]:8000',
  ])('may be %j and is kept as typed', (text) => {
    expect(judge(` ${text} `)).toBe(text);
  });

  it.each([
    ['ftp://a', "url_scheme: URL scheme should be 'http' or 'https'"],
    ['javascript:alert(1)', "url_scheme: URL scheme should be 'http' or 'https'"],
    ['www.example.org', 'url_parsing: Input should be a valid URL, relative URL without a base'],
    ['//a', 'url_parsing: Input should be a valid URL, relative URL without a base'],
    ['http://', 'url_parsing: Input should be a valid URL, empty host'],
    ['http://:80', 'url_parsing: Input should be a valid URL, empty host'],
    ['http://a:99999', 'url_parsing: Input should be a valid URL, invalid port number'],
    ['http://1.2.3.4.5', 'url_parsing: Input should be a valid URL, invalid IPv4 address'],
    ['https://[::1', 'url_parsing: Input should be a valid URL, invalid IPv6 address'],
    ['http://a b', 'url_parsing: Input should be a valid URL, invalid international domain name'],
    [`http://${'a'.repeat(2077)}`, 'url_too_long: URL should have at most 2083 characters'],
    ['', 'string_too_short: String should have at least 1 character'],
  ])('may not be %j', (text, problem) => {
    expect(judge(text)).toBe(problem);
  });
});
