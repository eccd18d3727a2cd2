import { describe, expect, it } from 'vitest';
import { boundUnitGrace } from './unit-grace.js';

describe('the grace time of units', () => {
  it.each([
    ['is the wanted one where SLURM gives its usual time', 30, 10_000],
    ['is the wanted one where SLURM gives just enough', 20, 10_000],
    ['is shorter where SLURM gives less', 10, 5_000],
    ['leaves the runner its time where SLURM gives little', 5, 2_333],
    ['is a moment where SLURM gives a moment', 1, 100],
    ['is a moment where SLURM gives nothing', 0, 100],
    ['is the wanted one where SLURM does not say', null, 10_000],
  ])('%s', (_what, killWait, grace) => {
    expect(boundUnitGrace(10_000, killWait)).toBe(grace);
  });

  it('and half as much again always fit, with a second and a half to spare', () => {
    for (let killWait = 2; killWait <= 3_600; killWait += 1) {
      expect(boundUnitGrace(10_000, killWait) * 1.5).toBeLessThanOrEqual((killWait - 1.5) * 1_000);
    }
  });

  it('is never longer than wanted', () => {
    expect(boundUnitGrace(200, 3_600)).toBe(200);
  });
});
