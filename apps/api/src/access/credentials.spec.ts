import { describe, expect, it } from 'vitest';
import { cookieOf, tokensOf } from './credentials.js';

describe('the tokens of a request', () => {
  it('are the bearer and then the cookie', () => {
    expect(tokensOf({ authorization: 'bEaReR a.b.c', cookie: 'fastapiusersauth=d.e.f' })).toEqual(['a.b.c', 'd.e.f']);
  });

  it.each(['Basic a', 'Bearer', 'Bearer ', ''])('are not in the header %j', (authorization) => {
    expect(tokensOf({ authorization })).toEqual([]);
  });
});

describe('a cookie', () => {
  it.each([
    ['x=1; fastapiusersauth=t; y=2', 't'],
    ['fastapiusersauth="t"', 't'],
    ['cookie; fastapiusersauth=t; fastapiusersoauthcsrf=z', 't'],
    ['fastapiusersauth=a; fastapiusersauth=b', 'b'],
    ['  fastapiusersauth = t ;', 't'],
    ['other=t', undefined],
    ['', undefined],
  ])('is found in %j', (header, value) => {
    expect(cookieOf(header, 'fastapiusersauth')).toBe(value);
  });
});
