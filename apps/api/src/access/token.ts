import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';

/** Audience of access tokens; tokens for other purposes share the key. */
const AUDIENCE = 'fastapi-users:auth';

/** Signs and verifies access tokens (contract: auth-admin 2.3). Tokens of a reference server with the same key are good here, and vice versa. */
export class AccessTokens {
  /** A key object, because preparing it from a text costs 0.4 ms per verification. */
  private readonly key: KeyObject;

  constructor(secret: string) {
    this.key = createSecretKey(secret, 'utf8');
  }

  /** @param lifetimeSeconds 0: without end */
  issue(userId: number, lifetimeSeconds: number): string {
    const expiry = lifetimeSeconds === 0 ? {} : { exp: Math.floor(Date.now() / 1000) + lifetimeSeconds };
    return jwt.sign({ sub: String(userId), aud: [AUDIENCE], ...expiry }, this.key, { algorithm: 'HS256', noTimestamp: true });
  }

  /** The id of the user whom the token names; undefined when the token is not good. */
  verify(token: string): number | undefined {
    try {
      const claims = jwt.verify(token, this.key, { algorithms: ['HS256'], audience: AUDIENCE });
      return typeof claims === 'string' ? undefined : userIdOf(claims.sub);
    } catch (error) {
      if (error instanceof jwt.JsonWebTokenError) return undefined;
      throw error;
    }
  }
}

/** Python's `int()` of the claim, for ids that PostgreSQL can hold. */
function userIdOf(subject: unknown): number | undefined {
  if (typeof subject !== 'string' || !/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(subject)) return undefined;
  const id = Number(subject.replaceAll('_', ''));
  return Number.isSafeInteger(id) && Math.abs(id) <= 2_147_483_647 ? id : undefined;
}
