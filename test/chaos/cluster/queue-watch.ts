import type { Cluster } from '@fractal-server/test-cluster';
import { setTimeout as sleep } from 'node:timers/promises';

/** A SLURM job that was seen. Ids are given again after a crash of the controller: only with the name they say which job is meant. */
export interface SeenJob {
  readonly id: string;
  readonly name: string;
  /** The state in which it was seen last. */
  state: string;
}

const LOOK_MS = 400;
const LOOK_DEADLINE_MS = 20_000;
const ALIVE = new Set(['PENDING', 'CONFIGURING', 'RUNNING', 'SUSPENDED']);

/** Looks at the queue all the time, with the eyes of an administrator, and keeps what it has ever shown. */
export class QueueWatch {
  readonly jobs = new Map<string, SeenJob>();
  /** Names that were alive twice at the same time. */
  readonly doubled = new Set<string>();
  private isOn = true;
  private readonly watching: Promise<void>;

  private constructor(private readonly cluster: Cluster) {
    this.watching = this.watch();
  }

  static start(cluster: Cluster): QueueWatch {
    return new QueueWatch(cluster);
  }

  /** Names of jobs that are alive now. @throws when the controller does not answer */
  async alive(): Promise<string[]> {
    const jobs = await this.look();
    if (jobs === undefined) throw new Error('the controller does not answer');
    return jobs.filter(({ state }) => ALIVE.has(state)).map(({ name }) => name);
  }

  async stop(): Promise<void> {
    this.isOn = false;
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (this.isOn) {
      await this.look();
      await sleep(LOOK_MS);
    }
  }

  /** Nothing is seen while the controller is away. */
  private async look(): Promise<SeenJob[] | undefined> {
    const { status, stdout } = await this.cluster.run(['/usr/bin/squeue', '--noheader', '--states=all', '--format=%i|%j|%T'], {
      deadlineMs: LOOK_DEADLINE_MS,
    });
    if (status !== 0) return undefined;
    const jobs = stdout.split('\n').slice(0, -1).map(readLine);
    const alive = new Set<string>();
    for (const job of jobs) {
      this.jobs.set(`${job.id} ${job.name}`, job);
      if (!ALIVE.has(job.state)) continue;
      if (alive.has(job.name)) this.doubled.add(job.name);
      alive.add(job.name);
    }
    return jobs;
  }
}

function readLine(line: string): SeenJob {
  const [id = '', name = '', state = ''] = line.split('|');
  return { id, name, state };
}
