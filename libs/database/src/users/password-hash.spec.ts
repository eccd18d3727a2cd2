import { describe, expect, it } from 'vitest';
import { hashPassword, isOutdatedHash, verifyPassword } from './password-hash.js';

describe('passwords', () => {
  it('are stored with bcrypt at cost 12 and found again', async () => {
    const stored = await hashPassword('pässword');
    expect(stored).toMatch(/^\$2b\$12\$/);
    expect(await verifyPassword('pässword', stored)).toBe(true);
    expect(await verifyPassword('Pässword', stored)).toBe(false);
  });

  it('of an older hash are found, and the hash is called outdated', async () => {
    const older = '$2y$04$' + (await hashPassword('x')).slice(7);
    expect(isOutdatedHash(older)).toBe(true);
  });

  it.each(['', '$argon2id$v=19$m=65536', 'x'])('never match the stored text %j', async (stored) => {
    expect(await verifyPassword('x', stored)).toBe(false);
  });

  it('beyond 72 bytes never match', async () => {
    const stored = await hashPassword('x'.repeat(72));
    expect(await verifyPassword('x'.repeat(73), stored)).toBe(false);
  });
});
