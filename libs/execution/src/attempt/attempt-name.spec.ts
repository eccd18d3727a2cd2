import { describe, expect, it } from 'vitest';
import { newAttemptName, newAttemptToken } from './attempt-name.js';

describe('newAttemptName', () => {
  it.each(['Cellpose segmentation', 'a,b;c', 'ü', '', '-x', 'x'.repeat(100), '../..'])(
    'is safe for any scheduler, made from %j',
    (label) => {
      expect(newAttemptName(label)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,23}\.[a-z2-7]{13}$/);
    },
  );

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newAttemptName('x'))).size).toBe(1_000);
    expect(newAttemptToken()).not.toBe(newAttemptToken());
  });
});
