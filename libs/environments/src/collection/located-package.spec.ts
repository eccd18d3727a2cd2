import { describe, expect, it } from 'vitest';
import { readLocatedPackage } from './located-package.js';

const answer = (fields: object) =>
  JSON.stringify({ name: 'My_Tasks', manifests: ['/v/lib/my_tasks/__FRACTAL_MANIFEST__.json'], ...fields });

describe('readLocatedPackage', () => {
  it('takes the folder of the manifest as package root', () => {
    expect(readLocatedPackage(answer({}), 'my-tasks')).toEqual({
      manifestPath: '/v/lib/my_tasks/__FRACTAL_MANIFEST__.json',
      packageRoot: '/v/lib/my_tasks',
    });
  });

  it.each([
    ['another package', { name: 'other' }, /is called 'other'/],
    ['no manifest', { manifests: [] }, /no file __FRACTAL_MANIFEST__/],
    ['two manifests', { manifests: ['/a/__FRACTAL_MANIFEST__.json', '/b/__FRACTAL_MANIFEST__.json'] }, /several manifests/],
  ])('refuses %s', (_, fields, message) => {
    expect(() => readLocatedPackage(answer(fields), 'my-tasks')).toThrow(message);
  });

  it('refuses text that is not the answer', () => {
    expect(() => readLocatedPackage('Segmentation fault', 'my-tasks')).toThrow(/unexpected answer 'Segmentation fault'/);
  });
});
