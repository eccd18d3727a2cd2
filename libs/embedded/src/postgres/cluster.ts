import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import { USE_ANOTHER_SERVER, type PostgresBinaries } from './binaries.js';
import { giveFolder, type PostgresIdentity } from './identity.js';

/** The one role of an embedded PostgreSQL. */
export const EMBEDDED_USER = 'fractal';

/** The files of one PostgreSQL in the state folder. */
export interface Cluster {
  /** PostgreSQL's data directory. */
  readonly folder: string;
  readonly password: string;
}

/** Opens the cluster below `dataDir`, creating it the first time. */
export function openCluster(dataDir: string, binaries: PostgresBinaries, identity: PostgresIdentity): Cluster {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const folder = join(dataDir, 'cluster');
  const password = readOrCreatePassword(join(dataDir, 'password'));
  if (!existsSync(folder)) createCluster({ folder, password }, binaries, identity);
  refuseOtherMajorVersion(folder, binaries);
  giveFolder(folder, identity);
  return { folder, password };
}

function readOrCreatePassword(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  writeFileSync(path, `${password}\n`, { mode: 0o600 });
  return password;
}

/** A new cluster gets its name when it is complete: a start that was killed half-way leaves nothing that looks like one. */
function createCluster(cluster: Cluster, binaries: PostgresBinaries, identity: PostgresIdentity): void {
  const unfinished = `${cluster.folder}.new`;
  const passwordFile = `${cluster.folder}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveFolder(unfinished, identity);
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
  if (identity.account !== undefined) chownSync(passwordFile, identity.account.uid, identity.account.gid);
  try {
    const [program = '', ...parameters] = identity.wrap([
      binaries.initdb,
      `--pgdata=${unfinished}`,
      `--username=${EMBEDDED_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order and the same lower() on every machine, whatever its locale.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
    const result = spawnSync(program, parameters, { ...identity.account, cwd: '/', encoding: 'utf8' });
    if (result.status !== 0) {
      throw new StartError(
        'create the database files',
        `initdb ended with ${result.status ?? result.signal} in ${unfinished}: ${result.stderr.trim()}`,
        `Choose a folder on a local disk, below folders that every account may enter, with --data. ${USE_ANOTHER_SERVER}`,
      );
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, cluster.folder);
}

function refuseOtherMajorVersion(folder: string, binaries: PostgresBinaries): void {
  const files = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const program = /\d+/.exec(spawnSync(binaries.postgres, ['--version'], { encoding: 'utf8' }).stdout)?.[0];
  if (program === undefined || files === program) return;
  throw new StartError(
    'open the database files',
    `${folder} was written by PostgreSQL ${files}, installed is ${program}.`,
    'Take the version of this server that wrote it, dump the database, and restore it into a new folder named with --data.',
  );
}
