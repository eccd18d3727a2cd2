import { describe, expect, it } from 'vitest';
import { hidesJobsOfOthers, readKillWait } from './show-config.js';

describe('the configuration of a cluster', () => {
  it.each([
    ['PrivateData             = accounts,jobs,users\n', true],
    ['PrivateData             = jobs\n', true],
    ['PrivateData             = none\n', false],
    ['PrivateData             = cloud\nJobCompType = jobs\n', false],
    ['', false],
  ])('%j hides jobs of others: %s', (stdout, isHiding) => {
    expect(hidesJobsOfOthers(stdout)).toBe(isHiding);
  });

  it.each([
    ['KillOnBadExit           = 0\nKillWait                = 30 sec\nLaunchParameters        = (null)\n', 30],
    ['KillWait                = 5 sec\n', 5],
    ['KillWait                = 0 sec \n', 0],
    ['KillWait                = (null)\n', null],
    ['KillWait                = 30 min\n', null],
    ['SlurmKillWait           = 30 sec\n', null],
    ['slurm_load_ctl_conf error: Unable to contact slurm controller\n', null],
    ['', null],
  ])('%j gives jobs %s seconds to end', (stdout, seconds) => {
    expect(readKillWait(stdout)).toBe(seconds);
  });
});
