import { describe, expect, it } from 'vitest';
import { installationSteps, type InstallationTarget } from './installation-steps.js';

const target: InstallationTarget = {
  packageName: 'my-tasks',
  version: '1.2.3',
  archivePath: null,
  extras: 'torch',
  pinsBefore: new Map([['numpy', '2.0']]),
  pinsAfter: new Map([['zarr', '2.18']]),
  venvPath: '/tasks/Bjørn Ü/venv',
  basePython: '/usr/bin/python3.12',
  cacheDir: null,
  answers: { freezePath: '/tasks/freeze.txt', locationPath: '/tasks/location.json' },
};

const argvOf = (steps: ReturnType<typeof installationSteps>, name: string) => steps.find((step) => step.name === name)?.argv;

describe('installationSteps', () => {
  it('installs the pinned versions around the package, each in a run of its own', () => {
    const names = installationSteps(target, { kind: 'pip' }).map((step) => step.name);
    expect(names).toEqual(['create_venv', 'upgrade_pip', 'pins_before', 'install_package', 'pins_after', 'freeze', 'locate_package']);
  });

  it('leaves out the pins when there are none', () => {
    const names = installationSteps({ ...target, pinsBefore: new Map(), pinsAfter: new Map() }, { kind: 'pip' }).map((step) => step.name);
    expect(names).not.toContain('pins_before');
    expect(names).not.toContain('pins_after');
  });

  it('keeps a path with blanks and letters beyond ASCII as one argument', () => {
    expect(argvOf(installationSteps(target, { kind: 'pip' }), 'create_venv')).toEqual([
      '/usr/bin/python3.12',
      '-m',
      'venv',
      '/tasks/Bjørn Ü/venv',
      '--clear',
      '--copies',
    ]);
  });

  it('names package, extras and version in one requirement', () => {
    expect(argvOf(installationSteps(target, { kind: 'pip' }), 'install_package')?.at(-1)).toBe('my-tasks[torch]==1.2.3');
  });

  it('uses no cache unless the resource names one', () => {
    expect(argvOf(installationSteps(target, { kind: 'pip' }), 'install_package')).toContain('--no-cache-dir');
    expect(argvOf(installationSteps({ ...target, cacheDir: '/cache' }, { kind: 'uv', program: '/uv' }), 'install_package')).toEqual([
      '/uv',
      'pip',
      'install',
      '--no-progress',
      '--python',
      '/tasks/Bjørn Ü/venv/bin/python',
      '--cache-dir',
      '/cache',
      'my-tasks[torch]==1.2.3',
    ]);
  });

  it.each([{ kind: 'pip' }, { kind: 'uv', program: '/uv' }] as const)(
    'begins anew with $kind whatever an earlier try has left',
    (installer) => {
      expect(argvOf(installationSteps(target, installer), 'create_venv')).toContain('--clear');
    },
  );

  it('seeds pip into an environment that uv makes, so that its versions can be listed', () => {
    expect(argvOf(installationSteps(target, { kind: 'uv', program: '/uv' }), 'create_venv')).toContain('--seed');
  });
});
