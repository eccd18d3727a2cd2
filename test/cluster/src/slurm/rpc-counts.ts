import { runChecked } from '../processes/run.js';

/** How often slurmctld was asked since its start. */
export interface RpcCounts {
  readonly total: number;
  /** By `REQUEST_JOB_INFO`, `REQUEST_SUBMIT_BATCH_JOB`, … */
  readonly byType: ReadonlyMap<string, number>;
  readonly byUser: ReadonlyMap<string, number>;
}

/** Reads `sdiag`. The question itself is counted too (`REQUEST_STATS_INFO`). */
export async function readRpcCounts(env: Readonly<Record<string, string>>): Promise<RpcCounts> {
  return parseRpcCounts(await runChecked(['/usr/bin/sdiag'], { env }));
}

/** Understands the two tables at the end of `sdiag`. */
export function parseRpcCounts(text: string): RpcCounts {
  const [, types = '', users = ''] = /statistics by message type\n([^]*?)statistics by user\n([^]*?)(\n\n|$)/.exec(text) ?? [];
  const byType = countsOf(types);
  return { total: [...byType.values()].reduce((sum, count) => sum + count, 0), byType, byUser: countsOf(users) };
}

function countsOf(table: string): Map<string, number> {
  return new Map([...table.matchAll(/^\s*(\S+)\s*\(\s*\d+\)\s+count:(\d+)/gm)].map(([, name = '', count]) => [name, Number(count)]));
}
