import type { TaskGroup, Viewer } from '@fractal-server/database';
import { compareVersionTexts, groupBy } from '@fractal-server/domain';
import { chooseTaskGroup } from './disambiguation.js';

/** Task groups of one package, one for each version, the newest first. */
export interface Package {
  readonly pkgName: string;
  readonly taskGroups: readonly TaskGroup[];
}

/**
 * Sorts task groups into packages (contract: api-data-model G1). Several groups of one version (compared as texts) are reduced to one.
 *
 * @param taskGroups in the order of their packages
 */
export function groupByPackage(taskGroups: readonly TaskGroup[], viewer: Viewer, defaultGroupId: number | null): Package[] {
  const packages = groupBy(taskGroups, (group) => group.pkgName);
  return [...packages].map(([pkgName, groups]) => {
    const versions = groupBy(groups, (group) => group.version);
    const chosen = [...versions.values()].map((candidates) => chooseTaskGroup(candidates, viewer, defaultGroupId));
    return { pkgName, taskGroups: chosen.sort((left, right) => compareVersionTexts(right.version, left.version)) };
  });
}
