import { expect, it } from 'vitest';
import { renderSlurmConf } from './slurm-conf.js';

const plan = { name: 'x', folder: '/tmp/ftc-x', hostName: 'here', controllerPort: 1, nodePorts: [2, 3] as const };

it('replaces a default that an extra line sets, however it is spelt', () => {
  const lines = renderSlurmConf(plan, { slurmConf: ['killwait=30', 'MinJobAge=2'] }).split('\n');
  expect(lines.filter((line) => /^killwait=/i.test(line))).toEqual(['killwait=30']);
  expect(lines).toContain('MinJobAge=2');
});

it('names the accounting port only where there is one', () => {
  expect(renderSlurmConf(plan, {})).toContain('accounting_storage/none');
  expect(renderSlurmConf({ ...plan, accountingPort: 7 }, {})).toContain('AccountingStoragePort=7');
});
