import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors/domain-error.js';
import { JobFailure } from '../errors/job-failure.js';
import { failedJobLog, MAX_FAILURE_CHARACTERS } from './job-log.js';
import { requireInputs, requireOpenResource } from './task-inputs.js';
import { requireUnitCount } from './unit-limit.js';
import {
  commandFailure,
  hasWarning,
  isLogWorthReading,
  MAX_LOG_CHARACTERS,
  notExecutableFailure,
  unfinishedFailure,
} from './unit-failure.js';

function thrownBy(action: () => void): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('the log of a failed job', () => {
  it('tells a broken rule in one sentence', () => {
    const filters = {
      typeFilters: new Map([['is_3D', true]]),
      attributeFilters: new Map([['well', ['A', 'B']]]),
    };
    expect(
      failedJobLog(
        7,
        thrownBy(() => requireInputs({ name: 'np', type: 'non_parallel' }, 0, filters)),
      ),
    ).toBe(
      'JOB ERROR in Fractal job 7:\nTRACEBACK:\nJobExecutionError\n' +
        "Cannot run task 'np' for an empty image list (obtained after applying type_filters={'is_3D': True} and attribute_filters={'well': ['A', 'B']}).",
    );
    const resource = { name: 'here', preventNewSubmissions: true };
    expect(
      failedJobLog(
        7,
        thrownBy(() => requireOpenResource('np', resource)),
      ),
    ).toMatch(/JobExecutionError\nCannot run 'np', since the 'here' resource is not currently active\.$/);
  });

  it('tells what a unit left behind', () => {
    expect(failedJobLog(7, commandFailure({ exitCode: 7 }, 'to-stdout\nto-stderr\n'))).toBe(
      'JOB ERROR in Fractal job 7:\nTRACEBACK:\nJobExecutionError\n\nAn error occurred.\nOriginal error:\n' +
        'Task failed with returncode=7.\nSTDERR: to-stdout\nto-stderr\n\n\n',
    );
  });

  it('puts the frames of a fault of ours above its message, as Python does', () => {
    const log = failedJobLog(7, new TypeError('boom'));
    expect(log).toMatch(
      /^UNKNOWN ERROR in Fractal job 7\nTRACEBACK:\nTraceback \(most recent call last\):\n(?: +at .*\n)+TypeError: boom$/,
    );
  });

  it('spares the user the frames of a failure that has a name', () => {
    for (const error of [new JobFailure('non_unique_zarr_urls', 'twice', 'unknown'), new DomainError('refused', 'x', 'twice')]) {
      expect(failedJobLog(7, error)).toBe(
        `UNKNOWN ERROR in Fractal job 7\nTRACEBACK:\nTraceback (most recent call last):\n${error.name}: twice`,
      );
    }
  });

  it('can be stored and sent, whatever the task printed', () => {
    const log = failedJobLog(7, new JobFailure('invalid_task_output', `\0${'x'.repeat(10 * MAX_FAILURE_CHARACTERS)}end`, 'unit'));
    expect(log).not.toContain('\0');
    expect(log.length).toBeLessThanOrEqual(MAX_FAILURE_CHARACTERS);
    expect(log).toMatch(/^JOB ERROR in Fractal job 7:\n.*end\n\n$/s);
  });
});

describe('the failure of a unit', () => {
  it('tells a signal by its negative number', () => {
    expect(commandFailure({ signal: 9 }, '').message).toBe('Task failed with returncode=-9.\nSTDERR: ');
  });

  it('tells the length of a log that is too long to be shown', () => {
    const longest = 'x'.repeat(MAX_LOG_CHARACTERS);
    expect(commandFailure({ exitCode: 1 }, longest).message).toBe(`Task failed with returncode=1.\nSTDERR: ${longest}`);
    expect(commandFailure({ exitCode: 1 }, 'x'.repeat(MAX_LOG_CHARACTERS + 1)).message).toMatch(
      /STDERR: \(log of 100001 characters, .*download/,
    );
    expect(commandFailure({ exitCode: 1 }, { sizeBytes: 10 ** 8 }).message).toMatch(/STDERR: \(log of 100000000 bytes, /);
    expect(isLogWorthReading(4 * MAX_LOG_CHARACTERS)).toBe(true);
    expect(isLogWorthReading(4 * MAX_LOG_CHARACTERS + 1)).toBe(false);
  });

  it('says what to do about a command that cannot be started', () => {
    expect(notExecutableFailure('/no/such').message).toBe('Command "/no/such" is not valid. Hint: make sure that it is executable.');
  });

  it('gives the reason of a unit that did not end by itself', () => {
    expect(unfinishedFailure('cancelled').message).toBe('cancelled');
  });
});

describe('the guards', () => {
  it('let a converter run without images, and any task with some', () => {
    const filters = { typeFilters: new Map(), attributeFilters: new Map() };
    expect(() => requireInputs({ name: 'c', type: 'converter_compound' }, 0, filters)).not.toThrow();
    expect(() => requireInputs({ name: 'p', type: 'parallel' }, 1, filters)).not.toThrow();
    expect(() => requireOpenResource('p', { name: 'r', preventNewSubmissions: false })).not.toThrow();
  });

  it('limit the number of units side by side', () => {
    expect(() => requireUnitCount(20_000)).not.toThrow();
    expect(() => requireUnitCount(20_001)).toThrow(/20001, more than the limit of 20000/);
  });
});

describe('warnings', () => {
  it('are the word in any case of letters, anywhere', () => {
    expect(['WARNING: x', 'no UserWarnings', 'a\nwarning'].every(hasWarning)).toBe(true);
    expect(hasWarning('warn ing')).toBe(false);
  });
});
