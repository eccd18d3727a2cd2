import type { JobRead } from '../wire.js';
import type { DemoCluster } from './demo-cluster.js';

/** Where people find what the demo left on the cluster, and how they get there. */
export function describeCluster({ cluster, sshd, user }: DemoCluster, address: string, job: JobRead | undefined): string {
  const lines = [
    `SLURM            export SLURM_CONF=${cluster.slurmConf}`,
    '                 then sinfo, squeue --states=all, scontrol show job ID',
    `its user         ${sshd.command(user).join(' ')}`,
  ];
  if (job !== undefined) {
    lines.push(
      `job, on the server   ${job.working_dir}`,
      '                 the scripts that were submitted, and what came back',
      `job, on the cluster  ${job.working_dir_user}`,
      '                 what the units read and wrote, as their user',
      `what it waits for    ${address}/api/v2/job/${job.id}/explain/`,
    );
  }
  return lines.map((line) => `  ${line}`).join('\n');
}
