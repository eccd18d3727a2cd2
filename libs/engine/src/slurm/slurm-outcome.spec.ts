import type { BatchAttempt, EngineBatch, QueueSight } from '@fractal-server/database';
import { toJson, type JsonObject } from '@fractal-server/domain';
import type { AttemptLook, UnitResult } from '@fractal-server/execution';
import { describe, expect, it } from 'vitest';
import { decideSlurmUnits } from './slurm-outcome.js';

/** Of five units the runner was told all; it finished unit 0, and may have started units below 3. */
const UNFINISHED = [1, 2, 3, 4].map((index) => ({ index, zarrUrls: [] }));
const FINISHED = { unit: 0 } as UnitResult;

function decide(
  slurmState: string | null,
  { isClaimed = true, retries = 0, number = 1, ended = '', errorText = null as string | null } = {},
) {
  const settings = retries === 0 ? {} : { retry_lost_units: true, retry_max: retries };
  const batch = { resource: toJson({ settings }) as JsonObject } as EngineBatch;
  const sight = slurmState === null ? null : ({ slurmState, slurmReason: null } as QueueSight);
  const look = {
    claim: isClaimed ? { kind: 'owned' } : { kind: 'revoked' },
    results: isClaimed ? [FINISHED] : [],
    startedBelow: isClaimed ? 3 : 0,
    end: ended === '' ? null : { reason: ended, started: 3 },
  } as unknown as AttemptLook;
  const end = decideSlurmUnits(batch, { number } as BatchAttempt, { look, sight, errorText }, UNFINISHED);
  return { failed: end.failed.map(({ index }) => index), isRepeated: end.isRepeated, end };
}

describe('units that an attempt on a cluster left without a result', () => {
  it.each([['NODE_FAIL'], ['PREEMPTED'], ['BOOT_FAIL'], [null]])('run again after %s unless they had started', (state) => {
    expect(decide(state)).toMatchObject({ failed: [1, 2], isRepeated: true });
  });

  it.each([['TIMEOUT'], ['OUT_OF_MEMORY'], ['CANCELLED by 0'], ['DEADLINE'], ['FAILED']])(
    'fail after %s, all of them, in its words',
    (state) => {
      const { failed, isRepeated, end } = decide(state);
      expect({ failed, isRepeated }).toEqual({ failed: [1, 2, 3, 4], isRepeated: false });
      expect(end.failed[0]?.failure).toMatchObject({ kind: 'unfinished', text: expect.stringContaining(state.split(' ')[0]!) as string });
    },
  );

  it.each([['TIMEOUT'], ['NODE_FAIL'], ['CANCELLED']])('run again after %s, started or not, as often as the resource allows', (state) => {
    expect(decide(state, { retries: 2, number: 2 })).toMatchObject({ failed: [], isRepeated: true });
    expect(decide(state, { retries: 2, number: 3 }).failed).not.toEqual([]);
  });

  it('run in a new SLURM job when the first one never came to life, and nobody is to blame', () => {
    for (const state of [null, 'NODE_FAIL', 'PREEMPTED']) {
      expect(decide(state, { isClaimed: false })).toMatchObject({ failed: [], isRepeated: true, end: { state: 'revoked' } });
    }
  });

  it('fail with what the script said when it ended before they could start, or run again where the resource wants that', () => {
    const { end } = decide('FAILED', { isClaimed: false, errorText: 'module: command not found\n' });
    expect(end.failed).toHaveLength(4);
    expect(end.failed[0]?.failure).toMatchObject({ text: expect.stringContaining('module: command not found') as string });
    expect(decide('FAILED', { isClaimed: false, retries: 1 })).toMatchObject({ failed: [], isRepeated: true });
  });

  it('run again after a full disk unless they had started: that is never the task', () => {
    expect(decide('COMPLETED', { ended: 'disk full' })).toMatchObject({ failed: [1, 2], isRepeated: true, end: { reason: 'disk full' } });
  });
});
