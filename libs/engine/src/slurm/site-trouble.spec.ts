import { CommandFailed, HostCallTimedOut, HostFileError, HostRefused, HostUnreachable } from '@fractal-server/hosts';
import { describe, expect, it } from 'vitest';
import { NoWayToCluster } from '../accounts/no-way-to-cluster.js';
import { siteTroubleOf } from './site-trouble.js';

const none = Buffer.alloc(0);

function failedMkdir(words: string): CommandFailed {
  const output = {
    stdout: none,
    stdoutTruncated: false,
    stderr: Buffer.from(`mkdir: cannot create directory '/x': ${words}\n`),
    stderrTruncated: false,
  };
  return new CommandFailed({ argv: ['mkdir', '/x'], exitCode: 1, signal: null, ...output });
}

describe('the failure of a site', () => {
  it.each<[string, Error, boolean]>([
    ['a login node that cannot be reached', new HostUnreachable('login', 'refused', null), false],
    ['a call that takes too long', new HostCallTimedOut('ls', 1_000), false],
    ['sudo that does not let us', new HostRefused('no'), true],
    ['a profile without a user name', new NoWayToCluster('no user name'), true],
    ['a full disk', new HostFileError('write', '/x', 'ENOSPC'), false],
    ['a folder that is not ours', new HostFileError('make folder', '/x', 'EACCES'), true],
    ["a folder that is not the user's", failedMkdir('Permission denied'), true],
    ['a quota', failedMkdir('Disk quota exceeded'), false],
  ])('passes or lasts: %s', (_what, error, isLasting) => {
    expect(siteTroubleOf(error)).toEqual({ isLasting, reason: error.message });
  });

  it('is not an error of ours', () => {
    expect(siteTroubleOf(new TypeError('x is not a function'))).toBeNull();
  });
});
