import type { ChaosCluster } from '../cluster/chaos-cluster.js';
import type { SeenJob } from '../cluster/queue-watch.js';
import type { ChaosSystem } from '../system/system.js';
import { waitUntil } from '../system/wait-until.js';

/** An attempt on the cluster, and what is known of its SLURM job. */
interface ClusterAttempt {
  readonly jobId: number;
  readonly name: string;
  readonly state: string;
  /** The job that has the claim. */
  readonly ownerJobId: string | null;
}

interface AccountedJob {
  readonly jobId: number;
  readonly slurmJobId: string;
}

/** After the end of all work SLURM takes a moment to end a job whose claim was taken. */
const QUEUE_DEADLINE_MS = 60_000;

/**
 * Checks what the cluster has to say after a scenario: no name was ever alive twice, no job is alive, each belongs to an attempt that is
 * written down, and each is in the accounting exactly once.
 * @param afterJob jobs after this one are the scenario's
 */
export async function verifyCluster(system: ChaosSystem, cluster: ChaosCluster, afterJob: number): Promise<string[]> {
  await waitUntil(QUEUE_DEADLINE_MS, async () => (await cluster.watch.alive()).length === 0);
  const alive = await cluster.watch.alive().catch((error: unknown) => [String(error)]);
  const attempts = await system.query<ClusterAttempt>(
    `select b.job_id as "jobId", a.name, a.state, a.owner->>'slurmJobId' as "ownerJobId"
       from attempt a join batch b on b.id = a.batch_id where a.account_id is not null`,
  );
  const accounted = await system.query<AccountedJob>(
    `select job_id as "jobId", ids.id::text as "slurmJobId" from accounting_record_slurm r, unnest(r.slurm_job_ids) as ids (id)
      where job_id > $1`,
    [afterJob],
  );
  const byName = new Map(attempts.map((attempt) => [attempt.name, attempt]));
  const seen = [...cluster.watch.jobs.values()];
  return [
    ...alive.map((name) => `a SLURM job is still alive: ${name}`),
    ...[...cluster.watch.doubled].map((name) => `a name was alive twice in SLURM: ${name}`),
    ...seen.filter(({ name }) => !byName.has(name)).map(({ id, name }) => `SLURM job ${id} belongs to nobody: ${name}`),
    ...verifyAccounting(
      attempts.filter(({ jobId }) => jobId > afterJob),
      accounted,
      seen,
    ),
  ];
}

function verifyAccounting(attempts: readonly ClusterAttempt[], accounted: readonly AccountedJob[], seen: readonly SeenJob[]): string[] {
  const counts = new Map<string, number>();
  for (const { jobId, slurmJobId } of accounted) counts.set(`${jobId} ${slurmJobId}`, (counts.get(`${jobId} ${slurmJobId}`) ?? 0) + 1);
  return attempts.flatMap(({ jobId, name, state, ownerJobId }) => {
    const own = new Set([...seen.filter((job) => job.name === name).map(({ id }) => id), ...(ownerJobId === null ? [] : [ownerJobId])]);
    return [...own]
      .map((id) => ({ id, count: counts.get(`${jobId} ${id}`) ?? 0 }))
      .filter(({ count }) => count !== 1)
      .map(({ id, count }) => `SLURM job ${id} of the ${state} attempt ${name} of job ${jobId} is ${count} times in the accounting`);
  });
}
