import { findTaskVersions, type Queryable, type TaskWithGroup, type Viewer } from '@fractal-server/database';
import { compareVersionTexts, groupBy, isNewerVersion, isTypeChangeAllowed } from '@fractal-server/domain';
import type { WorkflowStep } from '../workflows/workflow-steps.js';

/** A newer version of a task. */
export interface VersionUpdate {
  readonly task_id: number;
  readonly version: string;
}

/**
 * For each step the newer versions of its task that the viewer could put in its place, the oldest first (contract: api-execution 12.1). One
 * statement however many steps there are.
 */
export async function findVersionUpdates(db: Queryable, viewer: Viewer, steps: readonly WorkflowStep[]): Promise<VersionUpdate[][]> {
  const pkgNames = new Set(steps.map(({ task }) => task.taskGroup.pkgName));
  const versions = groupBy(await findTaskVersions(db, viewer, [...pkgNames]), (version) => nameOf(version.pkgName, version.taskName));
  return steps.map(({ task }) => {
    if (!hasArgsSchema(task)) return [];
    return (versions.get(nameOf(task.taskGroup.pkgName, task.name)) ?? [])
      .filter(
        (candidate) => isNewerVersion(candidate.version, task.taskGroup.version) && isTypeChangeAllowed(task.type, candidate.taskType),
      )
      .sort((left, right) => compareVersionTexts(left.version, right.version))
      .map((candidate) => ({ task_id: candidate.taskId, version: candidate.version }));
  });
}

function nameOf(pkgName: string, taskName: string): string {
  return JSON.stringify([pkgName, taskName]);
}

/** An empty schema says nothing about the arguments and counts as none here, though not in a candidate. */
function hasArgsSchema({ argsSchemaNonParallel, argsSchemaParallel }: TaskWithGroup): boolean {
  return (argsSchemaNonParallel?.size ?? 0) > 0 || (argsSchemaParallel?.size ?? 0) > 0;
}
