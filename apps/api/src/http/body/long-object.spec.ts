import { parseJson, stringifyJson, type Json } from '@fractal-server/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LongObject } from './long-object.js';

const split = (text: string): Promise<LongObject | null> => LongObject.split(text, 'images');

describe('LongObject', () => {
  it('holds the other members, and the items one by one', async () => {
    const object = await split(' { "name" : "a\\"]" , "images" : [ {"u":"}"} , 1 ,"x,y",[{}], null ] , "n":{"images":[1]} } ');
    expect(object!.itemCount).toBe(5);
    expect([0, 1, 2, 3, 4].map((index) => stringifyJson(object!.item(index)))).toEqual(['{"u":"}"}', '1', '"x,y"', '[{}]', 'null']);
    expect(stringifyJson(object!.fields)).toBe('{"name":"a\\"]","n":{"images":[1]}}');
  });

  it('knows the list by its name, however that is written', async () => {
    expect((await split('{"im\\u0061ges":[1]}'))!.itemCount).toBe(1);
  });

  it.each([
    ['no object', '[1]'],
    ['no list', '{"images":{}}'],
    ['no member of the name', '{"a":[1]}'],
    ['two lists of the name', '{"images":[1],"images":[2]}'],
    ['a missing comma', '{"images":[{} {}]}'],
    ['a comma too many', '{"images":[{},]}'],
    ['an end too early', '{"images":[{}'],
    ['a string without end', '{"images":["a]}'],
    ['something behind it', '{"images":[]} x'],
    ['another member that is broken', '{"images":[],"a":tru}'],
    ['nothing', ''],
  ])('leaves a text with %s to the parser', async (_, text) => {
    expect(await split(text)).toBeNull();
  });

  it('finds the same items as the parser in any list', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (items) => {
        const text = JSON.stringify({ a: items, images: items }, null, 1);
        const object = await split(text);
        const expected = (parseJson(text) as Map<string, Json>).get('images') as Json[];
        expect(Array.from({ length: object!.itemCount }, (_, index) => object!.item(index))).toEqual(expected);
      }),
    );
  });
});
