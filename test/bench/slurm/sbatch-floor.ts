import type { Cluster, ClusterUser } from '@fractal-server/test-cluster';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_OP } from '../jobs/bench-workflow.js';

/** Units of a batch that run at once, as many as a node has CPUs. */
const AT_ONCE = 4;

/**
 * Milliseconds that one bare `sbatch` per batch needs whose script is `xargs -P4`, in one loop of a shell, until SLURM has ended the last of
 * them.
 */
export async function sbatchFloor(cluster: Cluster, units: number, batches: number): Promise<number> {
  const [user] = cluster.users as readonly [ClusterUser, ...ClusterUser[]];
  const work = cluster.makeFolder(`floor-${Date.now()}`, { owner: user });
  const command = join(work, 'no-op');
  await writeFile(command, NO_OP);
  await chmod(command, 0o755);
  await mkdir(join(work, 'units'));
  await chown(join(work, 'units'), user.uid, user.gid);
  const perBatch = Math.ceil(units / batches);
  for (let batch = 0; batch < batches; batch += 1) {
    const lines: string[] = [];
    for (let index = batch * perBatch; index < Math.min(units, (batch + 1) * perBatch); index += 1) {
      const stem = join(work, 'units', String(index).padStart(7, '0'));
      await writeFile(`${stem}-args.json`, `{"zarr_url": "/data/plate.zarr/${index}"}`);
      lines.push(`--args-json ${stem}-args.json --out-json ${stem}-metadiff.json`);
    }
    await writeFile(join(work, `${batch}.txt`), lines.join('\n'));
    const options = ['-p main', `-n ${AT_ONCE}`, '-c 1', `--mem=${AT_ONCE * 100}`, `-D ${work}`, '-o /dev/null'];
    await writeFile(
      join(work, `${batch}.sh`),
      ['#!/bin/sh', ...options.map((option) => `#SBATCH ${option}`), `xargs -P${AT_ONCE} -n4 ${command} <${batch}.txt`, ''].join('\n'),
    );
  }
  const started = performance.now();
  const { stderr, status } = await cluster.runAs(user, [
    'sh',
    '-ec',
    `for script in "$0"/*.sh; do sbatch --parsable "$script"; done`,
    work,
  ]);
  if (status !== 0) throw new Error(`sbatch: ${stderr}`);
  while ((await cluster.liveJobs()).length > 0) await sleep(50);
  const took = performance.now() - started;
  await rm(work, { recursive: true });
  return took;
}
