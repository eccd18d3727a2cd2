import type { Viewer } from '@fractal-server/database';

/** Something of a task group, among which one is to be chosen. */
export interface TaskGroupCandidate {
  /** The owner. */
  readonly userId: number;
  readonly userGroupId: number | null;
}

/**
 * Chooses among candidates that match equally well (contract: api-data-model 3.6): the viewer's own; else one of the default group; else one
 * of the user group that the viewer joined earliest. Within each, the first.
 *
 * @param candidates at least one; all of them the viewer's own or of one of the viewer's user groups
 */
export function chooseTaskGroup<Candidate extends TaskGroupCandidate>(
  candidates: readonly [Candidate, ...Candidate[]],
  viewer: Viewer,
  defaultGroupId: number | null,
): Candidate {
  const [first, ...others] = candidates;
  const rank = ({ userId, userGroupId }: Candidate): number => {
    if (userId === viewer.userId) return -2;
    if (userGroupId !== null && userGroupId === defaultGroupId) return -1;
    const joined = userGroupId === null ? -1 : viewer.userGroupIds.indexOf(userGroupId);
    return joined === -1 ? Number.POSITIVE_INFINITY : joined;
  };
  return others.reduce((best, candidate) => (rank(candidate) < rank(best) ? candidate : best), first);
}
