import { describe, expect, it } from 'vitest';
import { packageOfWheel, wheelFileNameFault } from './wheel-file-name.js';

describe('the file name of a wheel', () => {
  it.each(['my_tools-1.2.3-py3-none-any.whl', 'a-1!2.0+local.1-py3-none-any.whl', '..-1-x.whl'])('may be %s', (name) => {
    expect(wheelFileNameFault(name)).toBeUndefined();
  });

  it.each(['a;b-1.0.whl', 'x/a-1.0.whl', 'a-1.0-$(touch x).whl', 'a-`id`.whl', 'a-1.0 .whl', 'a-1.0\n.whl', 'ä-1.whl', '', 'a\\b-1'])(
    'may not be %j',
    (name) => {
      expect(wheelFileNameFault(name)).toMatch(/^Wheel filename has forbidden characters/);
    },
  );

  it('must fit into a folder', () => {
    expect(wheelFileNameFault(`${'a'.repeat(230)}-1.whl`)).toMatch(/longer than 230/);
  });

  it('tells the package, normalised, and the version, verbatim', () => {
    expect(packageOfWheel('My_Tools.X-1.2.3-py3-none-any.whl')).toEqual({ pkgName: 'my-tools-x', version: '1.2.3' });
    expect(packageOfWheel('..-1-x.whl')).toEqual({ pkgName: '-', version: '1' });
    expect(packageOfWheel('a-.whl')).toEqual({ pkgName: 'a', version: '.whl' });
  });

  it('without a version is refused in a list', () => {
    expect(() => packageOfWheel('pkg.whl')).toThrowError(
      "Invalid wheel-file name pkg.whl. Original error: Invalid wheel_filename='pkg.whl'. Original error: list index out of range.",
    );
  });
});
