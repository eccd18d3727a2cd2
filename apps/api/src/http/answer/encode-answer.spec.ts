import { text } from 'node:stream/consumers';
import { JsonFloat, stringifyJson, type JsonInput } from '@fractal-server/domain';
import { describe, expect, it } from 'vitest';
import { isLong, JsonText, streamJson } from './encode-answer.js';

describe('streamJson', () => {
  it.each<[string, JsonInput]>([
    ['an empty list', []],
    ['an empty object', {}],
    [
      'a page',
      {
        current_page: 1,
        items: [
          { id: 1, missing: undefined, at: null },
          { id: 2, x: new JsonFloat(1) },
        ],
      },
    ],
    [
      'a map',
      new Map([
        ['1', [1, 2]],
        ['__proto__', [3]],
      ]),
    ],
    ['a scalar', 'é'],
  ])('writes %s as stringifyJson does', async (_, value) => {
    expect(await text(streamJson(value))).toBe(stringifyJson(value));
  });

  it('writes rows while they are read', async () => {
    async function* rows(): AsyncGenerator<JsonInput> {
      yield { id: 1 };
      yield { id: 2 };
    }
    expect(await text(streamJson({ items: rows() }))).toBe('{"items":[{"id":1},{"id":2}]}');
  });

  it('lets text through that is JSON already, several rows at once too', async () => {
    async function* rows(): AsyncGenerator<JsonText> {
      yield new JsonText('{"id":1},{"id":2}');
      yield new JsonText('{"id":3}');
    }
    const written = await text(streamJson({ items: rows(), types: new JsonText('["a"]') }));
    expect(written).toBe('{"items":[{"id":1},{"id":2},{"id":3}],"types":["a"]}');
  });

  it('lets other work run while it writes a long list', async () => {
    const stream = streamJson(Array.from({ length: 20_000 }, (_, id) => ({ id, name: 'a name of common length' })));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await text(stream);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('isLong', () => {
  it('looks at lists and at lists in fields', () => {
    const long = Array.from({ length: 600 }, () => 1);
    expect([isLong(long), isLong({ items: long }), isLong(new Map([['items', long]])), isLong({ items: [1] }), isLong('x')]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
