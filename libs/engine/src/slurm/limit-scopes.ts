import type { EngineBatch } from '@fractal-server/database';
import type { SubmitRefusal } from '@fractal-server/slurm';
import { readSlurmConfig } from './stored-slurm-config.js';

/** What holds up everybody. */
export const OF_CLUSTER = 'cluster';

/** Whom a refusal holds up that will pass, as it is remembered with the account: nobody of them knocks again before its time. */
export function scopeOfRefusal({ key }: SubmitRefusal, batch: EngineBatch): string {
  if (key === 'partition' || key === 'nodes') return partitionScope(batch);
  return key.startsWith('limit.') && key !== 'limit.cluster' ? userScope(batch) : OF_CLUSTER;
}

/** All scopes whose limits hold up a batch. */
export function limitScopes(batch: EngineBatch): string[] {
  return [OF_CLUSTER, partitionScope(batch), userScope(batch)];
}

function partitionScope({ spec }: EngineBatch): string {
  return `partition ${readSlurmConfig(spec).partition}`;
}

/** A limit of an account or a QOS is met by a user, an account and a partition together. */
function userScope({ spec, profile }: EngineBatch): string {
  const { partition, account } = readSlurmConfig(spec);
  return `user ${String(profile.get('username'))}, account ${account ?? ''}, partition ${partition}`;
}
