import type { Fault } from '@fractal-server/test-cluster';
import type { ClusterWay } from '../../cluster/chaos-cluster.js';
import type { Lane } from '../../system/lane.js';
import { waitUntil } from '../../system/wait-until.js';
import { Trial } from '../../trial.js';
import type { Scenario } from '../scenario.js';
import { clusterLanes, clusterOf } from './stage-on-cluster.js';

/** What sites, wrappers and a busy controller make of sbatch's answer. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'submits and then fails': {
    real: 'silent',
    stderr: 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation',
    status: 1,
  },
  'submits and says nothing': { real: 'silent', status: 0 },
  'submits and hangs': { real: 'silent', hang: true },
  'fails without a word': { status: 1 },
  'prints a banner': { stdout: 'Welcome to the cluster!\nJob 12345 is a nice number\n', real: 'shown' },
  'prints a warning': { stderr: 'sbatch: warning: you have used 99% of your quota\n', real: 'shown' },
  'names its cluster': { real: { through: "sed 's/$/;alpha/'" } },
  'prints garbage instead of an id': { real: { through: 'tr 0-9 a-j' } },
};
const REACH_DEADLINE_MS = 90_000;

/** The first submissions of some jobs for each way in which sbatch may answer other than by an id. */
export function lyingSbatch(round: number, ways: readonly ClusterWay[], names = Object.keys(FAULTS)): Scenario {
  return async ({ system, reference }) => {
    const { shims } = clusterOf(system).slurm;
    const trial = await Trial.begin(system, 'lying sbatch', reference);
    const lanes: Lane[] = [];
    const faults: string[] = [];
    for (const [index, name] of names.entries()) {
      const own = await clusterLanes(system, ways, `lie${round}-${index}`, 1);
      lanes.push(...own);
      // The first call of each job, unless one of them is quick to try again.
      const calls = own.length;
      const before = shims.calls('sbatch').length;
      shims.misbehave('sbatch', { ...FAULTS[name], times: calls });
      system.record.kill(`sbatch ${name}`);
      for (const lane of own) await trial.submit(lane, { retriesLostUnits: true });
      const isUsed = await waitUntil(REACH_DEADLINE_MS, () => shims.calls('sbatch').length >= before + calls);
      if (!isUsed) faults.push(`sbatch was not called ${calls} times when it ${name}`);
      shims.behave('sbatch');
    }
    faults.push(...(await trial.finish()));
    for (const lane of lanes) await lane.dismissWorkers();
    return faults;
  };
}
