import type { JobRead } from '../wire.js';
import type { DemoCluster } from './demo-cluster.js';

/** Where people find what the demo left on the cluster, and how they get there. */
export function describeCluster({ cluster, sshd, user }: DemoCluster, address: string, job: JobRead | undefined): string {
  const ofJob = `  files of the job ${job?.working_dir}
                   on the server: the scripts that were submitted, and what came back
                   ${job?.working_dir_user}
                   on the cluster: what the units read and wrote, as their user
  what it did      ${address}/api/v2/job/${job?.id}/explain/
`;
  return `${job === undefined ? '' : ofJob}  SLURM            export SLURM_CONF=${cluster.slurmConf}
                   then sinfo, squeue --states=all, scontrol show job ID
  as its user      ${sshd.command(user).join(' ')}`;
}
