import { describe, expect, it } from 'vitest';
import { parseTextArray } from './text-array.js';

describe('the elements of a text[]', () => {
  it.each([
    ['{}', []],
    ['{/data/plate.zarr/0}', ['/data/plate.zarr/0']],
    ['{/data/a.zarr,/data/b.zarr}', ['/data/a.zarr', '/data/b.zarr']],
    ['{"/data/a,b.zarr","/data/a b\\\\.zarr","say \\"x\\""}', ['/data/a,b.zarr', '/data/a b\\.zarr', 'say "x"']],
    ['{"/data/{0}.zarr",x}', ['/data/{0}.zarr', 'x']],
    ['{a,NULL,"NULL",""}', ['a', null, 'NULL', '']],
    ['[2:3]={a,b}', ['a', 'b']],
  ])('%s', (text, elements) => {
    expect(parseTextArray(text)).toEqual(elements);
  });
});
