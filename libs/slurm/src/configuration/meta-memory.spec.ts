import type { JsonObject } from '@fractal-server/domain';
import { describe, expect, it } from 'vitest';
import { readVectors } from '../vectors.spec-support.js';
import { readMetaMemory } from './meta-values.js';

/** Vectors from which we depart, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  M74: 'digits of other scripts are no numbers',
  M75: 'digits of other scripts are no numbers',
};

describe.each(readVectors('mem-vectors.json').map(({ id, whole }) => [id, whole] as const))('memory %s', (id, vector) => {
  const expected = vector.get('as_task_meta') as JsonObject;
  const input = vector.get('input')!;

  if (EXCEPTIONS[id] !== undefined) {
    it(`is refused: ${EXCEPTIONS[id]}`, () => expect(() => readMetaMemory(input)).toThrow('Invalid mem'));
  } else if (expected.has('error')) {
    it('fails in a meta as the contract says', () => expect(() => readMetaMemory(input)).toThrow('Invalid mem'));
  } else {
    it('is read in a meta as recorded', () => expect(readMetaMemory(input)).toBe(expected.get('mb')));
  }
});
