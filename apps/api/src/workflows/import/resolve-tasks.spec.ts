import type { ImportCandidate, Viewer } from '@fractal-server/database';
import { describe, expect, it } from 'vitest';
import { resolveTasks } from './resolve-tasks.js';

const viewer: Viewer = { userId: 7, email: 'seven@example.org', resourceId: 1, userGroupIds: [1] };
const candidate = (taskId: number, version: string, fields: Partial<ImportCandidate> = {}): ImportCandidate => ({
  taskId,
  taskName: 'task',
  isCore: false,
  pkgName: 'pkg',
  version,
  active: true,
  userId: 7,
  userGroupId: null,
  ...fields,
});
const resolve = (version: string | null, candidates: ImportCandidate[], taskName = 'task') =>
  resolveTasks([{ pkgName: 'pkg', taskName, version }], candidates, viewer, null)[0]!;
const versionsOf = (resolution: ReturnType<typeof resolve>) =>
  resolution.outcome === 'fail'
    ? resolution.available_tasks.map((task) => `${task.version}${task.older_than_target ? ' (older)' : ''}`)
    : [];

describe('a task of a workflow file', () => {
  it('is the one of that package, name and version', () => {
    const candidates = [candidate(1, '1.0'), candidate(2, '1.0', { taskName: 'other' }), candidate(3, '1.0', { pkgName: 'other' })];
    expect(resolve('1.0', candidates)).toMatchObject({ outcome: 'success', task_id: 1 });
    expect(resolve('1.0', candidates, 'other')).toMatchObject({ outcome: 'success', task_id: 2 });
  });

  it('is not one of an equal version that is written differently', () => {
    expect(versionsOf(resolve('1.0', [candidate(1, '1.0.0')]))).toEqual(['1.0.0']);
  });

  it("is the viewer's own among several", () => {
    const others = candidate(1, '1.0', { userId: 8, userGroupId: 1 });
    expect(resolve('1.0', [others, candidate(2, '1.0')])).toMatchObject({ task_id: 2 });
  });

  it('is offered in its other versions, the newest first', () => {
    const candidates = ['1.9', 'alpha', '2.0rc1', '1.10', 'zeta'].map((version, index) => candidate(index, version));
    expect(versionsOf(resolve('1.9.5', candidates))).toEqual(['2.0rc1', '1.10', '1.9 (older)', 'zeta (older)', 'alpha (older)']);
    expect(versionsOf(resolve('beta', candidates))).toEqual(['2.0rc1', '1.10', '1.9', 'zeta', 'alpha (older)']);
  });

  it('is never chosen without a version, and then no version is older', () => {
    expect(versionsOf(resolve(null, [candidate(1, '1.0'), candidate(2, '2.0')]))).toEqual(['2.0', '1.0']);
  });

  it('tells whether what there is can be used', () => {
    expect(resolve('2', [candidate(1, '1', { active: false, isCore: true })])).toMatchObject({
      available_tasks: [{ version: '1', active: false, is_core: true }],
    });
  });
});
