import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePackageVersion } from './choose-version.js';
import { installString, pinStrings } from './install-string.js';
import { importNameOf, isPackageName, normalizePackageName } from './package-name.js';
import { parseVersion } from './pep440.js';
import { compareVersions, compareVersionTexts, isNewerVersion } from './version-order.js';

const ASCENDING = [
  '1.dev0',
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+5',
  '1.0+5.1',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.0.15',
  '1.1.dev1',
  '1.9',
  '1.10',
  '20240101123456789012345678901234567890',
  '1!0.1',
];

describe('the PEP 440 order', () => {
  it('sorts every stage of a release', () => {
    const shuffled = ASCENDING.toSorted();
    expect(shuffled.sort((a, b) => compareVersions(parseVersion(a)!, parseVersion(b)!))).toEqual(ASCENDING);
  });

  it.each([
    ['1.0', '1.0.0'],
    ['v1.0', '1'],
    ['1.0ALPHA1', '1.0a1'],
    ['1.0-c_2', '1.0rc2'],
    ['1.0preview', '1.0rc0'],
    ['1.0-1', '1.0.post1'],
    ['1.0.r3', '1.0post3'],
    ['1.0+a_b-1', '1.0+A.b.01'],
    [' 1.0 ', '1.0'],
    ['0!1', '1'],
  ])('reads %j and %j as the same version', (left, right) => {
    expect(compareVersions(parseVersion(left)!, parseVersion(right)!)).toBe(0);
  });

  it.each(['', 'x', '1.', '1..2', '1.0-', '1.0+', '1.0+a..b', '1 0', '1.0foo', '!1', '1.0.dev1.post1'])('cannot read %j', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it('is total and antisymmetric over any two versions', () => {
    const version = fc.constantFrom(...ASCENDING);
    fc.assert(
      fc.property(version, version, (left, right) => {
        const order = Math.sign(compareVersions(parseVersion(left)!, parseVersion(right)!));
        expect(order).toBe(Math.sign(ASCENDING.indexOf(left) - ASCENDING.indexOf(right)));
      }),
    );
  });
});

describe('the order of version texts', () => {
  it('puts an unknown version first, then unreadable ones, then the others', () => {
    expect(['1.0', 'zeta', null, '0.9', 'alpha'].sort(compareVersionTexts)).toEqual([null, 'alpha', 'zeta', '0.9', '1.0']);
  });

  it('calls a version newer only when both can be read', () => {
    expect(isNewerVersion('1.10', '1.9')).toBe(true);
    expect(isNewerVersion('1.0.0', '1.0')).toBe(false);
    expect(isNewerVersion('dev', '1.0')).toBe(false);
    expect(isNewerVersion('1.0', 'dev')).toBe(false);
  });
});

describe('package names', () => {
  it('have one spelling', () => {
    expect(normalizePackageName('Fractal.Tasks__Core-_.2')).toBe('fractal-tasks-core-2');
    expect(importNameOf('fractal-tasks-core')).toBe('fractal_tasks_core');
  });

  it.each(['a', 'A1', 'my-tasks', 'zope.interface', 'x_y-z.0'])('may be %s', (name) => {
    expect(isPackageName(name)).toBe(true);
  });

  it.each(['', '-r', '--index-url=x', 'a b', 'a/b', '../a', 'a.', '.a', 'é', 'a\n', 'a%2e'])('may not be %j', (name) => {
    expect(isPackageName(name)).toBe(false);
  });
});

describe('install strings', () => {
  const target = { packageName: 'my-pkg', version: '1.2.3', extras: null, archivePath: null };

  it.each([
    [target, 'my-pkg==1.2.3'],
    [{ ...target, extras: 'torch,extra' }, 'my-pkg[torch,extra]==1.2.3'],
    [{ ...target, extras: '' }, 'my-pkg==1.2.3'],
    [{ ...target, extras: 'x', archivePath: '/a/my.whl' }, '/a/my.whl[x]'],
  ])('name the package: %#', (given, expected) => {
    expect(installString(given)).toBe(expected);
  });

  it('pin in the given order', () => {
    expect(
      pinStrings(
        new Map([
          ['z', '1'],
          ['a[x]', '2'],
        ]),
      ),
    ).toEqual(['z==1', 'a[x]==2']);
  });
});

describe('choosing the version of a package', () => {
  const listed = ['1.9', '1.10', '1.10.1rc1', '2.0a1', 'odd-one', '0.1'];

  it('takes the newest, pre-releases included, when none is requested', () => {
    expect(choosePackageVersion('p', listed, null)).toBe('2.0a1');
  });

  it('takes a listed version as written, even one that PEP 440 cannot read', () => {
    expect(choosePackageVersion('p', listed, '1.9')).toBe('1.9');
    expect(choosePackageVersion('p', listed, 'odd-one')).toBe('odd-one');
  });

  it('takes the newest that begins with the requested text, by version rather than by letters', () => {
    expect(choosePackageVersion('p', listed, '1.')).toBe('1.10.1rc1');
    expect(choosePackageVersion('p', ['1.9', '1.10'], '1.')).toBe('1.10');
  });

  it('says what to do when nothing fits', () => {
    expect(() => choosePackageVersion('pip', listed, '0.0.nothing')).toThrow(
      "No version starting with 0.0.nothing found.\nHint: specify the required version for 'pip'.",
    );
    expect(() => choosePackageVersion('pip', [], null)).toThrow(/^Cannot find latest version/);
  });
});
