import type { LiveLine } from '../../terminal/live-lines.js';
import type { ApiClient } from '../api-client.js';
import type { ExplanationRead } from '../wire.js';
import type { DemoCluster } from './demo-cluster.js';

/** A job as `squeue` shows it. */
export interface QueuedJob {
  readonly id: string;
  readonly state: string;
  readonly nodes: string;
  readonly reason: string;
}

/** Two lines below a job's progress: what SLURM itself shows of it, and what the server says that it waits for. */
export async function watchCluster(api: ApiClient, { cluster, user }: DemoCluster, jobId: number): Promise<readonly LiveLine[]> {
  const [queue, explanation] = await Promise.all([
    cluster.run(['squeue', '--noheader', `--user=${user.name}`, '--states=all', '--sort=i', '--format=%i|%T|%N|%r']),
    api.get<ExplanationRead>(`/api/v2/job/${jobId}/explain/`),
  ]);
  return [describeQueue(readQueue(queue.stdout)), describeExplanation(explanation)];
}

/** Reads the lines `id|state|nodes|reason`. */
export function readQueue(text: string): QueuedJob[] {
  return text
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => {
      const [id = '', state = '', nodes = '', reason = ''] = line.trim().split('|');
      return { id, state, nodes, reason };
    });
}

const ENDED = ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL', 'PREEMPTED', 'OUT_OF_MEMORY'];

/** `squeue   7 RUNNING n1, 8 PENDING (Priority); 6 ended` */
export function describeQueue(jobs: readonly QueuedJob[]): LiveLine {
  const open = jobs.filter(({ state }) => !ENDED.includes(state)).map(describeJob);
  const ended = jobs.length - open.length;
  const text = [open.length === 0 ? 'empty' : open.join(', '), ...(ended === 0 ? [] : [`${ended} ended`])].join('; ');
  return { state: text, text: `  squeue   ${text}` };
}

function describeJob({ id, state, nodes, reason }: QueuedJob): string {
  const where = nodes === '' ? ` (${reason})` : ` ${nodes}`;
  return `${id} ${state}${where}`;
}

/** Told again only when it waits for something else: times run along. */
export function describeExplanation({ text, waits }: ExplanationRead): LiveLine {
  return { state: waits.map((wait) => wait.text).join(), text: `  explain  ${text.replaceAll('\n', ' ')}` };
}
