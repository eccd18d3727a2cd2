import type { Project } from '@fractal-server/database';
import {
  boolean,
  integer,
  lenientModel,
  nonEmptyString,
  nullable,
  omittable,
  optional,
  required,
  safeString,
  strictModel,
  string,
  type Infer,
} from '@fractal-server/domain';

/** A project, as it is shown. */
export const projectRead = lenientModel('ProjectRead', {
  id: required(integer()),
  name: required(string()),
  description: required(nullable(string())),
  is_starred: required(boolean()),
  timestamp_created: required(string()),
});
export type ProjectRead = Infer<typeof projectRead>;

export const projectCreate = strictModel('ProjectCreate', {
  name: required(safeString()),
  description: optional(nullable(nonEmptyString()), null),
});

export const projectUpdate = strictModel('ProjectUpdate', {
  name: omittable(safeString()),
  description: omittable(nullable(nonEmptyString())),
});

export function toProjectRead({ id, name, description, isStarred, timestampCreated }: Project): ProjectRead {
  return { id, name, description, is_starred: isStarred, timestamp_created: timestampCreated };
}
