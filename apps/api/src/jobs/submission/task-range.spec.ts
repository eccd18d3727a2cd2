import { describe, expect, it } from 'vitest';
import { resolveTaskRange } from './task-range.js';

describe('resolveTaskRange', () => {
  it.each([
    [
      { first: null, last: null },
      { first: 0, last: 2 },
    ],
    [
      { first: 1, last: null },
      { first: 1, last: 2 },
    ],
    [
      { first: null, last: 0 },
      { first: 0, last: 0 },
    ],
    [
      { first: 2, last: 2 },
      { first: 2, last: 2 },
    ],
  ])('takes %j of three tasks as %j', (asked, range) => {
    expect(resolveTaskRange(asked, 3)).toEqual(range);
  });

  it.each([
    [{ first: null, last: 3 }, 'last_task_index=3 cannot be larger than (num_tasks-1)=2'],
    [{ first: 3, last: null }, 'first_task_index=3 cannot be larger than last_task_index=2'],
    [{ first: -1, last: null }, 'first_task_index=-1 cannot be negative'],
    [{ first: null, last: -1 }, 'last_task_index=-1 cannot be negative'],
  ])('refuses %j of three tasks', (asked, fault) => {
    expect(() => resolveTaskRange(asked, 3)).toThrow(
      `Invalid values for first_task_index or last_task_index (with num_tasks=3).\nOriginal error: ${fault}`,
    );
  });
});
