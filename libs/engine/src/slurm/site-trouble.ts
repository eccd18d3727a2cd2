import { CommandFailed, HostCallTimedOut, HostFileError, HostUnavailable } from '@fractal-server/hosts';
import { NoWayToCluster } from '../accounts/no-way-to-cluster.js';

/** A failure of the site, not of the task. */
export interface SiteTrouble {
  /** Somebody has to mend it; otherwise it passes. */
  readonly isLasting: boolean;
  /** For people. */
  readonly reason: string;
}

/** What only an admin or the owner of a folder can change. A full disk, for example, passes. */
const LASTING_ERRNOS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EINVAL']);
/** The same in the words of `mkdir`. */
const LASTING_WORDS = /Permission denied|Operation not permitted|Read-only file system|Not a directory|File name too long|symbolic links/;

/** Takes an error of a step for the site's failure that it is. @returns null for an error of ours */
export function siteTroubleOf(error: unknown): SiteTrouble | null {
  if (error instanceof NoWayToCluster) return { isLasting: true, reason: error.message };
  if (error instanceof HostUnavailable) return { isLasting: error.lasting, reason: error.message };
  if (error instanceof HostCallTimedOut) return { isLasting: false, reason: error.message };
  if (error instanceof HostFileError) return { isLasting: LASTING_ERRNOS.has(error.errno), reason: error.message };
  if (error instanceof CommandFailed) return { isLasting: LASTING_WORDS.test(error.result.stderr.toString('utf8')), reason: error.message };
  return null;
}
