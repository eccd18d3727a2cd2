import { describe, expect, it } from 'vitest';
import { passwordFault } from './password.js';

describe('a password', () => {
  it.each(['abcd', '    ', '🔑🔑🔑🔑', 'x'.repeat(72)])('may be %j', (password) => {
    expect(passwordFault(password)).toBeUndefined();
  });

  it('is counted in characters for its least length', () => {
    expect(passwordFault('🔑🔑🔑')).toBe('The password is too short (length = 3, minimum length = 4).');
  });

  it('is counted in bytes for its greatest length', () => {
    expect(passwordFault('é'.repeat(37))).toBe('The password is too long (length = 74 bytes, maximum length = 72 bytes).');
  });
});
