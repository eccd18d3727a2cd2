/** A user, as everything but the password check needs it. */
export interface User {
  readonly id: number;
  readonly email: string;
  readonly isActive: boolean;
  readonly isSuperuser: boolean;
  readonly isVerified: boolean;
  readonly isGuest: boolean;
  readonly profileId: number | null;
  /** Folders below which the user's datasets may live; never empty. */
  readonly projectDirs: readonly string[];
  readonly slurmAccounts: readonly string[];
}

/** A user's account at another identity provider. */
export interface OauthAccount {
  readonly id: number;
  readonly accountEmail: string;
  readonly oauthName: string;
}

/** The columns of a user, named as the fields of `User`. */
export const USER_COLUMNS = /* sql */ `
  u.id, u.email, u.is_active "isActive", u.is_superuser "isSuperuser", u.is_verified "isVerified", u.is_guest "isGuest",
  u.profile_id "profileId", u.project_dirs "projectDirs", u.slurm_accounts "slurmAccounts"`;
