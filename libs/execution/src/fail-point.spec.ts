import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { declareFailPoints, FAIL_POINT_VARIABLE, listFailPoints } from './fail-point.js';

const points = declareFailPoints('spec', ['write', 'send']);
let kill: MockInstance<typeof process.kill>;

beforeEach(() => {
  kill = vi.spyOn(process, 'kill').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a fail point', () => {
  it('does nothing unless it is armed', async () => {
    vi.stubEnv(FAIL_POINT_VARIABLE, 'spec.send.before');
    expect(await points.around('write', async () => 'done')).toBe('done');
    expect(kill).not.toHaveBeenCalled();
  });

  it.each(['spec.write.before', 'spec.write.before:kill'])('kills its process when armed by %s', (armed) => {
    vi.stubEnv(FAIL_POINT_VARIABLE, armed);
    points.before('write');
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
  });

  it('stops its process the first time only', () => {
    vi.stubEnv(FAIL_POINT_VARIABLE, 'spec.send.after:stop');
    points.after('send');
    points.after('send');
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGSTOP');
  });

  it('after an effect is not passed when the effect fails', async () => {
    vi.stubEnv(FAIL_POINT_VARIABLE, 'spec.write.after');
    await expect(points.around('write', () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(kill).not.toHaveBeenCalled();
  });

  it('can be listed by name', () => {
    expect(listFailPoints()).toEqual(
      expect.arrayContaining(['spec.send.after', 'spec.send.before', 'spec.write.after', 'spec.write.before']),
    );
  });
});
