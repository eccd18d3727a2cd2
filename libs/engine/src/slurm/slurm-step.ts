import type { BatchAttempt, EngineBatch } from '@fractal-server/database';
import { stringifyJson } from '@fractal-server/domain';
import { attemptFiles, parseOwner, type Owner } from '@fractal-server/execution';
import { basename, join } from 'node:path';
import type { BatchStep } from '../batches/batch-step.js';
import { attemptsFolder } from '../jobs/job-folder.js';
import type { Cluster } from './cluster/cluster.js';

/** A step of a batch on a cluster. */
export interface SlurmStep extends BatchStep {
  readonly cluster: Cluster;
}

/** Connects a step with the cluster that its batch belongs to. @throws HostError while there is no way to it */
export async function onCluster(step: BatchStep): Promise<SlurmStep> {
  const { resourceId, resource, profile } = step.batch;
  return { ...step, cluster: await step.context.clusters.of({ resourceId, resource, profile }) };
}

/** The task's folder on the user's side, where its units run and leave their files. */
export function clusterTaskFolder({ workingDirUser, folder }: Pick<EngineBatch, 'workingDirUser' | 'folder'>): string {
  return join(workingDirUser, basename(folder));
}

/** Where the server writes what an attempt is told. */
export function localAttemptFolder({ workingDir }: Pick<EngineBatch, 'workingDir'>, { name }: Pick<BatchAttempt, 'name'>): string {
  return join(attemptsFolder(workingDir), name);
}

/** Whether the batch's units are those of a parallel task or a compute part. */
export function isParallelPart({ phase }: Pick<EngineBatch, 'phase'>): boolean {
  return phase === 'parallel' || phase === 'compute';
}

/** The runner that is known to have the attempt's claim. */
export function ownerOf({ folder, owner }: BatchAttempt): Owner | null {
  return owner === null ? null : parseOwner(attemptFiles(folder).claim, stringifyJson(owner));
}

/** The account's looks ring sooner whenever there is news; this is for the case that nobody looks at the account. */
export const UNTIL_RUNG = { afterSeconds: 300 } as const;
