import { describe, expect, it } from 'vitest';
import { stringifyJson } from '../json/stringify-json.js';
import { toJson, type JsonInput, type JsonObject } from '../json/json.js';
import { computeArguments, nonParallelArguments, parallelArguments } from './task-arguments.js';

const args = (fields: Record<string, JsonInput>): JsonObject => toJson(fields) as JsonObject;
const keysOf = (object: JsonObject): string[] => [...object.keys()];

describe('arguments of a unit', () => {
  it('come in the order of the contract', () => {
    const stored = args({ z: 1, a: null });
    expect(keysOf(nonParallelArguments('non_parallel', '/d', ['/d/a'], stored))).toEqual(['zarr_dir', 'z', 'a', 'zarr_urls']);
    expect(keysOf(nonParallelArguments('converter_compound', '/d', [], stored))).toEqual(['zarr_dir', 'z', 'a']);
    expect(keysOf(parallelArguments('/d/a', stored))).toEqual(['zarr_url', 'z', 'a']);
    expect(keysOf(computeArguments({ zarrUrl: '/d/a', initArgs: args({}) }, stored))).toEqual(['zarr_url', 'init_args', 'z', 'a']);
  });

  it('take null for no stored arguments', () => {
    expect(stringifyJson(parallelArguments('/d/a', null))).toBe(stringifyJson(args({ zarr_url: '/d/a' })));
  });

  it('let the later of two with a reserved name win', () => {
    const stored = args({ zarr_url: '/evil', zarr_urls: 'evil', zarr_dir: '/evil', init_args: 1 });
    expect(parallelArguments('/d/a', stored).get('zarr_url')).toBe('/evil');
    expect(computeArguments({ zarrUrl: '/d/a', initArgs: args({}) }, stored).get('init_args')).toBe(1);
    const nonParallel = nonParallelArguments('compound', '/d', ['/d/a'], stored);
    expect(nonParallel.get('zarr_dir')).toBe('/evil');
    expect(nonParallel.get('zarr_urls')).toEqual(['/d/a']);
  });

  it('do not change what is stored', () => {
    const stored = args({ x: 1 });
    parallelArguments('/d/a', stored).set('x', 2);
    expect(stored.get('x')).toBe(1);
  });
});
