import { describe, expect, it } from 'vitest';
import { growForRetry } from './grow-for-retry.js';
import type { SlurmConfig } from './slurm-config.js';
import { formatTimeLimit, timeLimitSeconds } from './time-limit.js';

const config = { memoryMbPerUnit: 1_000, unitsAtOnce: 2, time: '1:00:00' } as SlurmConfig;

describe('a batch that is tried again', () => {
  it('may take more memory and time', () => {
    expect(growForRetry(config, { memoryFactor: 1.5, timeFactor: 2 }, 10_000)).toMatchObject({
      memoryMbPerUnit: 1_500,
      time: '0-02:00:00',
    });
  });

  it('takes no more memory than a SLURM job may have, and never less than before', () => {
    expect(growForRetry(config, { memoryFactor: 4, timeFactor: 1 }, 5_000)).toMatchObject({ memoryMbPerUnit: 2_500, time: '1:00:00' });
    expect(growForRetry(config, { memoryFactor: 4, timeFactor: 1 }, 1_000)).toMatchObject({ memoryMbPerUnit: 1_000 });
  });

  it('keeps a time limit that is no number', () => {
    expect(growForRetry({ ...config, time: 'UNLIMITED' }, { memoryFactor: 1, timeFactor: 2 }, 1)).toMatchObject({ time: 'UNLIMITED' });
    expect(growForRetry({ ...config, time: null }, { memoryFactor: 1, timeFactor: 2 }, 1)).toMatchObject({ time: null });
  });
});

describe('time limits', () => {
  it.each([
    ['30', 1_800],
    ['30:15', 1_815],
    ['2:30:15', 9_015],
    ['1-2', 93_600],
    ['1-2:30', 95_400],
    ['1-2:30:15', 95_415],
    ['UNLIMITED', null],
    ['1:2:3:4', null],
    ['', null],
  ])('are read as sbatch reads them: %s', (text, seconds) => {
    expect(timeLimitSeconds(text)).toBe(seconds);
  });

  it('are written so that sbatch reads the same', () => {
    for (const seconds of [0, 59, 3_600, 95_415, 864_000]) expect(timeLimitSeconds(formatTimeLimit(seconds))).toBe(seconds);
  });
});
