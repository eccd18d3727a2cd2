import type { ApplicationConfig } from '@fractal-server/config';
import type { Database, User, Viewer } from '@fractal-server/database';
import { boolean, integer, nullable, optional } from '@fractal-server/domain';
import { getValidatedProfile, type ValidatedProfile } from '../profiles/validated-profile.js';
import type { Visibility } from '../task-groups/user-group-choice.js';
import { viewerOf } from '../task-groups/viewer.js';

/** Who collects, where, and for whom else. */
export interface Collector extends ValidatedProfile {
  readonly viewer: Viewer;
  readonly visibility: Visibility;
  readonly defaultGroupName: string | null;
}

/** What routes that collect tasks take from their query (contract: api-execution 2.5). */
export const visibilityQuery = { private: optional(boolean(), false), user_group_id: optional(nullable(integer()), null) } as const;

/** The caller as a collector. @throws DomainError refused when the profile is not fit to be used */
export async function collectorOf(
  database: Database,
  caller: User,
  query: { readonly private: boolean; readonly user_group_id: number | null },
  { defaultGroupName }: Pick<ApplicationConfig, 'defaultGroupName'>,
): Promise<Collector> {
  return {
    ...(await getValidatedProfile(database, caller)),
    viewer: await viewerOf(database, caller),
    visibility: { isPrivate: query.private, userGroupId: query.user_group_id },
    defaultGroupName,
  };
}
