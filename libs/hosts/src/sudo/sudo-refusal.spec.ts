import { describe, expect, it } from 'vitest';
import { sudoRefusal } from './sudo-refusal.js';

describe('sudoRefusal', () => {
  it.each([
    'sudo: a password is required\n',
    "Sorry, user fractal is not allowed to execute '/usr/bin/id' as alice on node.\n",
    'fractal is not in the sudoers file.\n',
    'sudo: unknown user nobody1\nsudo: error initializing audit plugin sudoers_audit\n',
    'sudo: unable to resolve host node: Name or service not known\nsudo: a password is required\n',
  ])('is what sudo says of itself: %j', (stderr) => {
    expect(sudoRefusal(1, stderr)?.kind).toBe('not allowed');
  });

  it('tells a command that sudo does not find', () => {
    expect(sudoRefusal(1, 'sudo: sbatch: command not found\n')).toEqual({ kind: 'not found', words: 'sudo: sbatch: command not found' });
  });

  it.each([
    [1, "cat: '/x'$'\\n''sudo: a password is required': No such file or directory\n"],
    [1, 'sbatch: error: Batch job submission failed: Invalid account\n'],
    [1, 'sudo: unable to resolve host node: Name or service not known\ncat: /x: No such file or directory\n'],
    [2, 'sudo: a password is required\n'],
    [0, 'sudo: unable to resolve host node: Name or service not known\n'],
  ])('is not what the command says: %i %j', (exitCode, stderr) => {
    expect(sudoRefusal(exitCode, stderr)).toBeNull();
  });
});
