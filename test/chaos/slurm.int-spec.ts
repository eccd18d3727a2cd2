import { findRedisServer } from '@fractal-server/embedded';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChaosCluster } from './cluster/chaos-cluster.js';
import { clusterFailPointWaves, decisiveTargets } from './slurm-suite.js';
import { runSuite } from './suite.js';

/** Always the same choices here, so that a broken promise is a change's fault; `npm run test:chaos` tries others. */
const SEED = Number(process.env['FRACTAL_CHAOS_SEED'] ?? 20_260);

await describeOnCluster('chaos around SLURM', () => {
  let cluster: ChaosCluster;
  beforeAll(async () => {
    cluster = await ChaosCluster.start();
  });
  afterAll(() => cluster?.stop());

  /** The bounded part of the suite on SLURM. The long form is `npm run test:chaos -- --lane slurm_sudo,slurm_ssh`. */
  it('keeps its promises while workers are lost between intent and record', { timeout: 600_000 }, async () => {
    console.log(`seed ${SEED} (another one: FRACTAL_CHAOS_SEED)`);
    const results = await runSuite({
      seed: SEED,
      queue: findRedisServer() === undefined ? 'postgres' : 'redis',
      cluster,
      print: (line) => console.log(line),
      scenarios: clusterFailPointWaves('kill', decisiveTargets()),
    });
    expect(results.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
