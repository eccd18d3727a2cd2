import { runChecked } from '../processes/run.js';

/** A job that SLURM has not finished. */
export interface LiveJob {
  readonly id: string;
  readonly user: string;
  /** `PENDING`, `RUNNING`, `COMPLETING`, … */
  readonly state: string;
  readonly reason: string;
  readonly name: string;
}

/** All unfinished jobs of the cluster, seen as root. */
export async function listLiveJobs(env: Readonly<Record<string, string>>): Promise<LiveJob[]> {
  const answer = await runChecked(['/usr/bin/squeue', '--noheader', '--format=%i|%u|%T|%r|%j'], { env });
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', user = '', state = '', reason = '', ...name] = line.split('|');
      return { id, user, state, reason, name: name.join('|') };
    });
}
