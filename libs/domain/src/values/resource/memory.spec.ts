import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type JsonObject, memoryMb, nullable, parseJson } from '../../index.js';

const file = new URL('../../../../../test/vectors/mem-vectors.json', import.meta.url);
const vectors = (parseJson(readFileSync(file, 'utf8')) as JsonObject).get('vectors') as JsonObject[];

/** Vectors from which we depart, and why. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['M74', 'digits of other scripts are no numbers'],
  ['M75', 'digits of other scripts are no numbers'],
]);

describe('memory', () => {
  const binding = vectors.filter((vector) => !EXCEPTIONS.has(vector.get('id') as string));

  it.each(binding.map((vector) => [vector.get('id') as string, vector] as const))('of vector %s is read as recorded', (_, vector) => {
    const cases = [
      ['as_resource_default_mem', nullable(memoryMb())],
      ['as_batching_limit', memoryMb()],
    ] as const;
    for (const [use, schema] of cases) {
      const outcome = schema.validate(vector.get('input')!, []);
      expect(outcome.ok ? outcome.value : undefined).toEqual((vector.get(use) as JsonObject).get('mb'));
    }
  });

  it.each([...EXCEPTIONS])('of vector %s is refused: %s', (id) => {
    const vector = vectors.find((candidate) => candidate.get('id') === id);
    expect(memoryMb().validate(vector!.get('input')!, []).ok).toBe(false);
  });

  it('reports both forms, or what the text should look like', () => {
    expect(memoryMb().validate(0, ['mem'])).toMatchObject({
      issues: [
        { type: 'greater_than', loc: ['mem', 'constrained-int'] },
        { type: 'string_type', loc: ['mem', 'constrained-str'] },
      ],
    });
    expect(memoryMb().validate('1X', ['mem'])).toMatchObject({
      issues: [
        {
          type: 'value_error',
          loc: ['mem'],
          msg: "Value error, [_parse_mem_value] raw_mem='1X', invalid specification of memory requirements (valid examples: 93, 71M, 93G, 71T).",
        },
      ],
    });
  });

  it('beyond what a number can hold is refused', () => {
    expect(memoryMb().validate(`${'9'.repeat(15)}T`, []).ok).toBe(false);
  });
});
