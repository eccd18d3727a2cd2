import type { BatchAttempt, EngineBatch } from '@fractal-server/database';
import { stringifyJson } from '@fractal-server/domain';
import { attemptFiles, parseOwner, type Owner } from '@fractal-server/execution';
import { batchPrefix } from '@fractal-server/slurm';
import { basename, join } from 'node:path';
import type { BatchStep } from '../batches/batch-step.js';
import { isParallelPhase } from '../batches/unit-stem.js';
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

/** What the names of a batch's own files begin with (contract: slurm.md 4). */
export function prefixOf({ phase, position }: Pick<EngineBatch, 'phase' | 'position'>): string {
  return batchPrefix(isParallelPhase(phase) ? 'parallel' : 'single', position);
}

/** The runner that is known to have the attempt's claim. */
export function ownerOf({ folder, owner }: BatchAttempt): Owner | null {
  return owner === null ? null : parseOwner(attemptFiles(folder).claim, stringifyJson(owner));
}

/** The account's looks ring sooner whenever there is news; this is for the case that nobody looks at the account. */
export const UNTIL_RUNG = { afterSeconds: 300 } as const;
