import type { ImportCandidate, Viewer } from '@fractal-server/database';
import { compareVersionTexts, groupBy } from '@fractal-server/domain';
import { chooseTaskGroup } from '../../task-groups/disambiguation.js';

/** A task as a workflow file names it. */
export interface NamedTask {
  readonly pkgName: string;
  readonly taskName: string;
  /** Null in files that leave the choice to the user. */
  readonly version: string | null;
}

/** A version that could be named instead. */
export interface AvailableTask {
  readonly version: string;
  readonly older_than_target: boolean;
  readonly active: boolean;
  readonly is_core: boolean;
}

/** What became of one named task; on the wire when an import fails. */
export type Resolution =
  | {
      readonly outcome: 'success';
      readonly pkg_name: string;
      readonly version: string | null;
      readonly task_name: string;
      readonly task_id: number;
    }
  | {
      readonly outcome: 'fail';
      readonly pkg_name: string;
      readonly version: string | null;
      readonly task_name: string;
      readonly available_tasks: readonly AvailableTask[];
    };

/**
 * Finds the task that each name means among those that the viewer may use (contract: api-data-model 6.8). Versions are compared as texts; a
 * name without version is never resolved, so that clients learn what there is.
 */
export function resolveTasks(
  named: readonly NamedTask[],
  candidates: readonly ImportCandidate[],
  viewer: Viewer,
  defaultGroupId: number | null,
): Resolution[] {
  const byName = groupBy(candidates, keyOf);
  return named.map((name) => {
    const { pkgName: pkg_name, taskName: task_name, version } = name;
    const alternatives = byName.get(keyOf(name)) ?? [];
    const [first, ...others] = alternatives.filter((candidate) => candidate.version === version);
    if (first === undefined) {
      return { outcome: 'fail', pkg_name, version, task_name, available_tasks: availableTasks(alternatives, version) };
    }
    const { taskId: task_id } = chooseTaskGroup([first, ...others], viewer, defaultGroupId);
    return { outcome: 'success', pkg_name, version, task_name, task_id };
  });
}

function keyOf({ pkgName, taskName }: { readonly pkgName: string; readonly taskName: string }): string {
  return JSON.stringify([pkgName, taskName]);
}

/** The newest first. */
function availableTasks(alternatives: readonly ImportCandidate[], wanted: string | null): AvailableTask[] {
  return alternatives
    .toSorted((left, right) => compareVersionTexts(right.version, left.version))
    .map(({ version, active, isCore }) => ({
      version,
      older_than_target: wanted !== null && compareVersionTexts(version, wanted) < 0,
      active,
      is_core: isCore,
    }));
}
