import type { UserDetails } from '@fractal-server/database';
import {
  boolean,
  email,
  integer,
  lenientModel,
  list,
  nonEmptyString,
  nullable,
  omittable,
  optional,
  pair,
  projectDirs,
  required,
  slurmAccounts,
  strictModel,
  string,
  uniqueIntegerList,
  type Infer,
} from '@fractal-server/domain';

const oauthAccountRead = lenientModel('OAuthAccountRead', {
  id: required(integer()),
  account_email: required(string()),
  oauth_name: required(string()),
});

/** A user, as it is shown. */
export const userRead = lenientModel('UserRead', {
  id: required(integer()),
  email: required(email()),
  is_active: optional(boolean(), true),
  is_superuser: optional(boolean(), false),
  is_verified: optional(boolean(), false),
  is_guest: required(boolean()),
  group_ids_names: optional(nullable(list(pair(integer(), string()))), null),
  oauth_accounts: required(list(oauthAccountRead)),
  profile_id: optional(nullable(integer()), null),
  project_dirs: required(list(string())),
  slurm_accounts: required(list(string())),
});
export type UserRead = Infer<typeof userRead>;

/** A new user. The three flags are accepted and ignored, as clients send them (contract: auth-admin 3.2). */
export const userCreate = lenientModel('UserCreate', {
  email: required(email()),
  password: required(string()),
  is_active: optional(nullable(boolean()), true),
  is_superuser: optional(nullable(boolean()), false),
  is_verified: optional(nullable(boolean()), false),
  is_guest: optional(boolean(), false),
  profile_id: optional(nullable(integer()), null),
  project_dirs: required(projectDirs()),
  slurm_accounts: optional(slurmAccounts(), () => []),
});
export type UserCreate = Infer<typeof userCreate>;

/** Changes of a user by an administrator. */
export const userUpdate = strictModel('UserUpdate', {
  password: omittable(nonEmptyString()),
  email: omittable(email()),
  is_active: omittable(boolean()),
  is_superuser: omittable(boolean()),
  is_verified: omittable(boolean()),
  is_guest: omittable(boolean()),
  profile_id: omittable(nullable(integer())),
  project_dirs: omittable(projectDirs()),
  slurm_accounts: omittable(slurmAccounts()),
});
export type UserUpdate = Infer<typeof userUpdate>;

/** Changes that users may make to themselves. */
export const userUpdateStrict = strictModel('UserUpdateStrict', { slurm_accounts: omittable(slurmAccounts()) });

/** The groups that a user shall be in. */
export const userUpdateGroups = strictModel('UserUpdateGroups', { group_ids: required(uniqueIntegerList({ minItems: 1 })) });

export function toUserRead(user: UserDetails): UserRead {
  return {
    id: user.id,
    email: user.email,
    is_active: user.isActive,
    is_superuser: user.isSuperuser,
    is_verified: user.isVerified,
    is_guest: user.isGuest,
    group_ids_names: user.groups === null ? null : user.groups.map(([id, name]) => [id, name]),
    oauth_accounts: user.oauthAccounts.map(({ id, accountEmail, oauthName }) => ({
      id,
      account_email: accountEmail,
      oauth_name: oauthName,
    })),
    profile_id: user.profileId,
    project_dirs: [...user.projectDirs],
    slurm_accounts: [...user.slurmAccounts],
  };
}
