import type { TaskGroup, Viewer } from '@fractal-server/database';
import { expect, it } from 'vitest';
import { groupByPackage } from './group-by-package.js';

const viewer: Viewer = { userId: 7, email: 'seven@example.org', resourceId: 1, userGroupIds: [1] };
const group = (id: number, pkgName: string, version: string, userId = 7) => ({ id, pkgName, version, userId, userGroupId: 1 }) as TaskGroup;
const shown = (groups: TaskGroup[]) =>
  groupByPackage(groups, viewer, 1).map(({ pkgName, taskGroups }) => [pkgName, taskGroups.map(({ id, version }) => [id, version])]);

it('shows the versions of a package from the newest to those that are no versions', () => {
  const versions = ['1.9', '1.10', '1.10rc1', '2.0.dev1', 'abc', '1.10.post1', 'zzz', 'v1.2'];
  expect(shown(versions.map((version, id) => group(id, 'pkg', version)))[0]![1]).toEqual([
    [3, '2.0.dev1'],
    [5, '1.10.post1'],
    [1, '1.10'],
    [2, '1.10rc1'],
    [0, '1.9'],
    [7, 'v1.2'],
    [6, 'zzz'],
    [4, 'abc'],
  ]);
});

it('shows a version once, as the task group that is preferred', () => {
  expect(shown([group(1, 'pkg', '1', 8), group(2, 'pkg', '1'), group(3, 'pkg', '1.0')])).toEqual([
    [
      'pkg',
      [
        [2, '1'],
        [3, '1.0'],
      ],
    ],
  ]);
});

it('keeps the order of the packages', () => {
  expect(shown([group(1, 'a', '1'), group(2, 'b', '1'), group(3, 'a', '2')]).map(([name]) => name)).toEqual(['a', 'b']);
});
