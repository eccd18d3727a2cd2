import { describe, expect, it } from 'vitest';
import { deriveTaskType, isCompound, isConverter, isTypeChangeAllowed, TASK_TYPES } from './task-type.js';
import { mergeTypeFilters, typeFiltersBeforeTask, typeFiltersOfTask, typeFlow } from './type-flow.js';

const filters = (entries: Record<string, boolean>): Map<string, boolean> => new Map(Object.entries(entries));

describe('type filters of a workflow task', () => {
  it('are those of its task and its own together', () => {
    const inputTypes = filters({ a: true });
    expect(mergeTypeFilters(inputTypes, filters({ a: true, b: false }))).toEqual(filters({ a: true, b: false }));
    expect(inputTypes).toEqual(filters({ a: true }));
  });

  it('must not contradict each other', () => {
    expect(() => mergeTypeFilters(filters({ '3D': true }), filters({ '3D': false }))).toThrow(
      "Incompatible type filters.\nOriginal error: Cannot merge type filters `{'3D': True}` (from task) and `{'3D': False}` (from workflowtask).",
    );
  });

  it('win over those of the flow, which output types of earlier tasks make', () => {
    const flow = typeFiltersBeforeTask(filters({ a: true, b: true }), [filters({ b: false }), filters({ c: true })]);
    expect(flow).toEqual(filters({ a: true, b: false, c: true }));
    expect(typeFiltersOfTask(flow, { inputTypes: filters({ a: false }), workflowTaskTypeFilters: filters({ d: true }) })).toEqual(
      filters({ a: false, b: false, c: true, d: true }),
    );
  });

  it('flow through a workflow task by task', () => {
    const rules = [
      { inputTypes: filters({ a: true }), outputTypes: filters({ p: true }), workflowTaskTypeFilters: filters({}) },
      { inputTypes: filters({}), outputTypes: filters({ p: false, q: true }), workflowTaskTypeFilters: filters({ b: true }) },
      { inputTypes: filters({}), outputTypes: filters({}), workflowTaskTypeFilters: filters({}) },
    ];
    expect(typeFlow(rules).map(({ currentTypeFilters }) => currentTypeFilters)).toEqual([
      filters({}),
      filters({ p: true }),
      filters({ p: false, q: true }),
    ]);
    expect(typeFlow(rules)[1]).toMatchObject({ inputTypeFilters: filters({ b: true }), outputTypeFilters: filters({ p: false, q: true }) });
  });
});

describe('task types', () => {
  it('follow from the commands', () => {
    expect(deriveTaskType({ nonParallel: false, parallel: true })).toBe('parallel');
    expect(deriveTaskType({ nonParallel: true, parallel: false })).toBe('non_parallel');
    expect(deriveTaskType({ nonParallel: true, parallel: true })).toBe('compound');
  });

  it('say which tasks make their images from something else, and which have an init part', () => {
    expect(TASK_TYPES.filter(isConverter)).toEqual(['converter_compound', 'converter_non_parallel']);
    expect(TASK_TYPES.filter(isCompound)).toEqual(['compound', 'converter_compound']);
  });

  it('may stay or become the converter of the same kind, nothing else', () => {
    const allowed = TASK_TYPES.flatMap((from) => TASK_TYPES.filter((to) => isTypeChangeAllowed(from, to)).map((to) => `${from} → ${to}`));
    expect(allowed).toEqual([
      'compound → compound',
      'compound → converter_compound',
      'converter_compound → converter_compound',
      'non_parallel → non_parallel',
      'non_parallel → converter_non_parallel',
      'converter_non_parallel → converter_non_parallel',
      'parallel → parallel',
    ]);
  });
});
