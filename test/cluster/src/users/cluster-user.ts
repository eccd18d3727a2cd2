/** A user of this machine that lives as long as its cluster. */
export interface ClusterUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Home folder, mode 0700. */
  readonly home: string;
  /** SSH private key (no passphrase) that `authorized_keys` of the user accepts. Readable by root and the service account. */
  readonly keyFile: string;
}

/** Environment of a session of the user, without that of the cluster. */
export function environmentOf(user: ClusterUser): Record<string, string> {
  return { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: '/bin/bash', LANG: 'C.UTF-8' };
}

/** Prefix of a command line that makes root become the user, groups included. */
export function becoming(user: ClusterUser): string[] {
  return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--'];
}
