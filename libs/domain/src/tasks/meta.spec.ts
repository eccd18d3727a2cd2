import { describe, expect, it } from 'vitest';
import { JsonFloat, toJson, type JsonInput, type JsonObject } from '../json/json.js';
import { parallelTasksPerJob } from './local-runner-config.js';
import { metaAfterReplacement, metaOfNewWorkflowTask } from './meta-merge.js';

const meta = (fields: Record<string, JsonInput>): JsonObject => toJson(fields) as JsonObject;

describe('meta of a new workflow task', () => {
  it('is the default of its task overlaid by the given one, key by key', () => {
    expect(metaOfNewWorkflowTask(meta({ cpu: 1, mem: { a: 1 } }), meta({ mem: { b: 1 } }))).toEqual(meta({ cpu: 1, mem: { b: 1 } }));
  });

  it('is null when nothing is in it', () => {
    expect(metaOfNewWorkflowTask(null, meta({}))).toBeNull();
    expect(metaOfNewWorkflowTask(meta({}), null)).toBeNull();
  });
});

describe('meta of a workflow task whose task is replaced', () => {
  it('carries over what the user had changed, added or taken away', () => {
    const merged = metaAfterReplacement(meta({ cpu: 1, mem: 10 }), meta({ cpu: 4, gpu: 1 }), meta({ cpu: 2, mem: 20, tmp: 5 }));
    expect(merged).toEqual(meta({ cpu: 4, tmp: 5, gpu: 1 }));
    expect([...merged!.keys()]).toEqual(['cpu', 'tmp', 'gpu']);
  });

  it.each<[string, JsonObject | null, JsonObject | null, JsonObject | null, JsonObject | null]>([
    ['stays when the old task had no default', null, meta({ a: 1 }), meta({ b: 1 }), meta({ a: 1 })],
    ['becomes the new default when there was none', meta({ a: 1 }), null, meta({ b: 1 }), meta({ b: 1 })],
    ['takes the new value of what was not changed', meta({ a: 1 }), meta({ a: 1 }), meta({ a: 2 }), meta({ a: 2 })],
    ['compares deeply and as Python does', meta({ a: [{ b: 1 }] }), meta({ a: [{ b: true }] }), meta({ a: 2 }), meta({ a: 2 })],
    ['loses an added null', meta({}), meta({ a: null }), meta({}), meta({})],
    ['keeps a value that was set to null', meta({ a: 1 }), meta({ a: null }), meta({}), meta({ a: null })],
    ['copes with a new task without default', meta({ a: 1 }), meta({ a: 2 }), null, meta({ a: 2 })],
  ])('%s', (_what, oldDefault, old, newDefault, expected) => {
    expect(metaAfterReplacement(oldDefault, old, newDefault)).toEqual(expected);
  });
});

describe('how many units a local resource runs side by side', () => {
  it.each<[JsonObject | null, JsonObject, number | null]>([
    [null, meta({}), null],
    [null, meta({ parallel_tasks_per_job: null }), null],
    [null, meta({ parallel_tasks_per_job: 3 }), 3],
    [meta({ mem: 1 }), meta({ parallel_tasks_per_job: 3 }), 3],
    [meta({ parallel_tasks_per_job: 2 }), meta({ parallel_tasks_per_job: 3 }), 2],
    [meta({ parallel_tasks_per_job: null }), meta({ parallel_tasks_per_job: 3 }), null],
  ])('is, of %s over %s, %s', (workflowTaskMeta, resource, expected) => {
    expect(parallelTasksPerJob(workflowTaskMeta, resource)).toBe(expected);
  });

  it.each<JsonInput>([0, -1, 'many', 1.5, new JsonFloat(2), true, [], 10n ** 20n])('cannot be %s', (value) => {
    expect(() => parallelTasksPerJob(meta({ parallel_tasks_per_job: value }), meta({}))).toThrow(
      expect.objectContaining({ code: 'bad_parallel_tasks_per_job' }),
    );
  });
});
