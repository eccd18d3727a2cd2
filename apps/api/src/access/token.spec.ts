import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from './token.js';

const tokens = new AccessTokens('key');

/** A token made by hand, as another implementation would. */
function tokenOf(claims: object, { key = 'key', header = { alg: 'HS256', typ: 'JWT' } }: { key?: string; header?: object } = {}): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

const inAMinute = Math.floor(Date.now() / 1000) + 60;
const good = { sub: '7', aud: ['fastapi-users:auth'], exp: inAMinute };

describe('access tokens', () => {
  it('name the user whom they were issued to', () => {
    expect(tokens.verify(tokens.issue(7, 60))).toBe(7);
  });

  it('have exactly the claims of the contract', () => {
    const [header, claims] = tokens
      .issue(7, 60)
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(claims).toEqual({ sub: '7', aud: ['fastapi-users:auth'], exp: expect.any(Number) as number });
  });

  it('never expire with a lifetime of 0', () => {
    expect(tokens.verify(tokens.issue(7, 0))).toBe(7);
  });

  it.each<[string, object]>([
    ['a list of audiences', good],
    ['one audience', { ...good, aud: 'fastapi-users:auth' }],
    ['no expiry', { ...good, exp: undefined }],
  ])('of another implementation with %s are good', (_, claims) => {
    expect(tokens.verify(tokenOf(claims))).toBe(7);
  });

  it.each<[string, string]>([
    ['that are no tokens', 'a.b.c'],
    ['that have expired', tokenOf({ ...good, exp: inAMinute - 120 })],
    ['that are not valid yet', tokenOf({ ...good, nbf: inAMinute })],
    ['for another audience', tokenOf({ ...good, aud: ['fastapi-users:oauth-state'] })],
    ['without audience', tokenOf({ ...good, aud: undefined })],
    ['of another key', tokenOf(good, { key: 'other' })],
    ['of another algorithm', tokenOf(good, { header: { alg: 'none', typ: 'JWT' } })],
    ['without subject', tokenOf({ ...good, sub: undefined })],
    ['with a number as subject', tokenOf({ ...good, sub: 7 })],
    ['with another subject', tokenOf({ ...good, sub: '1.0' })],
    ['with a subject out of range', tokenOf({ ...good, sub: '99999999999' })],
  ])('%s are not good', (_, token) => {
    expect(tokens.verify(token)).toBeUndefined();
  });
});
