import { describe, expect, it } from 'vitest';
import { environmentFolder } from './environment-folder.js';

const folderOf = (pkgName: string, version: string): string => environmentFolder('/tasks', 7, { origin: 'wheel-file', pkgName, version });

describe('the folder of a task group', () => {
  it('is named by user, package and version', () => {
    expect(folderOf('my-tools', '1.2.3')).toBe('/tasks/7/my-tools/1.2.3');
  });

  it.each([
    ['a', '..', "String must not contain '/../'."],
    ['a', '', 'do not name a folder'],
    ['a', '.', 'do not name a folder'],
    ['a', '1/2', 'do not name a folder'],
    ['', '1', 'do not name a folder'],
  ])('cannot be that of package %j in version %j', (pkgName, version, reason) => {
    expect(() => folderOf(pkgName, version)).toThrow(reason);
  });
});
