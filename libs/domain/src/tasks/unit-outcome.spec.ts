import { describe, expect, it } from 'vitest';
import { JsonFloat } from '../json/json.js';
import { EMPTY_TASK_OUTPUT } from '../images/task-output.js';
import { MAX_PARALLEL_UNITS } from './unit-limit.js';
import { readInitOutput, readTaskOutput, type UnitOutcome } from './unit-outcome.js';

function failureOf(outcome: UnitOutcome<unknown>): { code: string; form: string; message: string } | undefined {
  return outcome.ok ? undefined : { code: outcome.failure.code, form: outcome.failure.form, message: outcome.failure.message };
}

const updateWith = (fields: object): string => JSON.stringify({ image_list_updates: [{ zarr_url: '/d/a', ...fields }] });

describe('the output of a task', () => {
  it.each([null, 'null', '{}', ' {"image_list_updates": [], "image_list_removals": []} '])('says nothing as %j', (text) => {
    expect(readTaskOutput(text)).toEqual({ ok: true, output: EMPTY_TASK_OUTPUT });
  });

  it('is normalised', () => {
    const text = `{"image_list_updates": [{"zarr_url": " //d//a/ ", "origin": "s3://b/o/", "unknown": 1,
      "attributes": {" k ": 1.0, "n": null}, "types": {" t ": "YES"}}], "image_list_removals": ["/d/./r/"]}`;
    expect(readTaskOutput(text)).toEqual({
      ok: true,
      output: {
        updates: [
          {
            zarrUrl: '//d/a',
            origin: 's3://b/o',
            attributes: new Map<string, unknown>([
              ['k', new JsonFloat(1)],
              ['n', null],
            ]),
            types: new Map([['t', true]]),
          },
        ],
        removals: ['/d/r'],
      },
    });
  });

  it.each([
    ['{"image_list_updates": [{}]}', 'image_list_updates[0].zarr_url: Field required'],
    ['{"filters": {}}', 'filters: Extra inputs are not permitted'],
    ['{"parallelization_list": []}', 'parallelization_list: Extra inputs are not permitted'],
    ['{"image_list_updates": null}', 'image_list_updates: Input should be a valid list'],
    ['{"image_list_removals": [1]}', 'image_list_removals[0]: Input should be a valid string'],
    [updateWith({ zarr_url: 'a/b' }), "URLs must begin with '/' or 's3://'."],
    [updateWith({ zarr_url: '/a/../b' }), "String must not contain '/../'."],
    [updateWith({ zarr_url: 'https://a' }), "URLs must begin with '/' or 's3://'."],
    [updateWith({ zarr_url: null }), 'image_list_updates[0].zarr_url: Input should be a valid string'],
    [updateWith({ zarr_url: `/${'x'.repeat(20_000)}` }), 'String should have at most'],
    [updateWith({ attributes: { k: [] } }), 'image_list_updates[0].attributes.k'],
    [updateWith({ attributes: { '': 1 } }), 'Empty string'],
    [updateWith({ attributes: { k: 1, ' k': 2 } }), 'multiple identical keys'],
    [updateWith({ types: { t: 2 } }), 'image_list_updates[0].types.t: Input should be a valid boolean'],
    [updateWith({ types: { t: null } }), 'image_list_updates[0].types.t: Input should be a valid boolean'],
    [updateWith({ attributes: { k: 'a\0b' } }), 'NUL'],
    [updateWith({ zarr_url: '/d/\ud800' }), 'surrogates'],
  ])('is invalid as %s', (text, reason) => {
    expect(failureOf(readTaskOutput(text))).toEqual({
      code: 'invalid_task_output',
      form: 'unit',
      message: expect.stringContaining(reason),
    });
  });

  it.each(['', '{', 'garbage', '{"a": 1,}', `${'['.repeat(100_000)}`])('is not JSON as %.20j', (text) => {
    expect(failureOf(readTaskOutput(text))).toMatchObject({ code: 'output_not_json', form: 'unit' });
  });

  it.each([
    ['[]', 'a list'],
    ['"x"', 'a text'],
    ['1', 'a number'],
    ['1.0', 'a number'],
    ['true', 'a boolean'],
  ])('fails its unit as %s', (text, kind) => {
    expect(failureOf(readTaskOutput(text))).toMatchObject({ code: 'output_not_an_object', message: expect.stringContaining(kind) });
  });

  it('tells some of very many faults', () => {
    const text = JSON.stringify({ image_list_removals: Array.from({ length: 5000 }, () => 1) });
    const message = failureOf(readTaskOutput(text))!.message;
    expect(message.split('\n')).toHaveLength(12);
    expect(message).toMatch(/\n {2}and more$/);
  });
});

describe('the output of an init part', () => {
  it('is a list of distinct items in order, compared as Python does', () => {
    const text = `{"parallelization_list": [{"zarr_url": "/d/b", "init_args": {"i": 1, "k": [true]}}, {"zarr_url": "/d/a"},
      {"zarr_url": "/d//b/", "init_args": {"k": [1], "i": 1.0}}, {"zarr_url": "/d/b", "init_args": {"i": 2}}]}`;
    const outcome = readInitOutput(text);
    expect(outcome.ok && outcome.output.map(({ zarrUrl, initArgs }) => [zarrUrl, initArgs.get('i')])).toEqual([
      ['/d/b', 1],
      ['/d/a', undefined],
      ['/d/b', 2],
    ]);
  });

  it.each([null, 'null', '{}', '{"parallelization_list": []}'])('is empty as %j', (text) => {
    expect(readInitOutput(text)).toEqual({ ok: true, output: [] });
  });

  it.each([
    '{"image_list_updates": []}',
    '{"parallelization_list": [{"zarr_url": "/a", "x": 1}]}',
    '{"parallelization_list": [{"zarr_url": "/a", "init_args": null}]}',
  ])('is invalid as %s', (text) => {
    expect(failureOf(readInitOutput(text))).toMatchObject({ code: 'invalid_init_output', form: 'unit' });
  });

  it('has a limit, counted after equal items are merged', () => {
    const listOf = (count: number, distinct: number): string =>
      JSON.stringify({ parallelization_list: Array.from({ length: count }, (_, index) => ({ zarr_url: `/d/${index % distinct}` })) });
    expect(readInitOutput(listOf(MAX_PARALLEL_UNITS + 10, MAX_PARALLEL_UNITS)).ok).toBe(true);
    expect(failureOf(readInitOutput(listOf(MAX_PARALLEL_UNITS + 1, MAX_PARALLEL_UNITS + 1)))).toMatchObject({ code: 'too_many_units' });
  });
});
