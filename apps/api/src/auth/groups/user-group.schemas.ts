import type { UserGroup } from '@fractal-server/database';
import {
  integer,
  lenientModel,
  list,
  nonEmptyString,
  nullable,
  optional,
  required,
  strictModel,
  string,
  type Infer,
} from '@fractal-server/domain';

/** A group, as it is shown; its members only where they were asked for. */
export const userGroupRead = lenientModel('UserGroupRead', {
  id: required(integer()),
  name: required(string()),
  timestamp_created: required(string()),
  user_ids: optional(nullable(list(integer())), null),
});
export type UserGroupRead = Infer<typeof userGroupRead>;

export const userGroupCreate = strictModel('UserGroupCreate', { name: required(nonEmptyString()) });

export function toUserGroupRead({ id, name, timestampCreated, userIds }: UserGroup): UserGroupRead {
  return { id, name, timestamp_created: timestampCreated, user_ids: userIds === null ? null : [...userIds] };
}
