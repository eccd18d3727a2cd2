import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../processes/find-program.js';
import { StartError } from '../start-error.js';
import { USE_ANOTHER_SERVER, type PostgresBinaries } from './binaries.js';

/** PostgreSQL refuses to run as root. This is who it runs as, and how its command line is made. */
export interface PostgresIdentity {
  /** Owner of its files, or undefined where they stay ours. */
  readonly account: { readonly uid: number; readonly gid: number } | undefined;
  wrap(command: readonly string[]): readonly string[];
}

/** Any id but 0 will do inside the namespace; outside of it, all is still done as root. */
const ID_INSIDE_NAMESPACE = '1000';
const UNPRIVILEGED_ACCOUNTS = ['postgres', 'nobody'];

const asOurselves: PostgresIdentity = { account: undefined, wrap: (command) => command };

/**
 * Chooses who runs PostgreSQL: an ordinary user himself; for root a user namespace in which root has another number (needs no account
 * and reaches folders below a home of mode 0700), or else an unprivileged account.
 */
export function choosePostgresIdentity(binaries: PostgresBinaries): PostgresIdentity {
  if (process.getuid?.() !== 0) return asOurselves;
  const identity = [userNamespace(), ...unprivilegedAccounts()].find((candidate) => candidate !== undefined && canRun(candidate, binaries));
  if (identity !== undefined) return identity;
  throw new StartError(
    'start PostgreSQL',
    'it does not run as root, this system allows no user namespace, and no unprivileged account can read its programs.',
    `Run as an ordinary user. ${USE_ANOTHER_SERVER}`,
  );
}

function userNamespace(): PostgresIdentity | undefined {
  const unshare = process.platform === 'linux' ? findProgram('unshare') : undefined;
  if (unshare === undefined) return undefined;
  const prefix = [unshare, '--user', `--map-user=${ID_INSIDE_NAMESPACE}`, `--map-group=${ID_INSIDE_NAMESPACE}`, '--'];
  return { account: undefined, wrap: (command) => [...prefix, ...command] };
}

function unprivilegedAccounts(): PostgresIdentity[] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return UNPRIVILEGED_ACCOUNTS.flatMap((name) => {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    return uid === undefined || gid === undefined
      ? []
      : [{ account: { uid: Number(uid), gid: Number(gid) }, wrap: (command) => command } satisfies PostgresIdentity];
  });
}

function canRun(identity: PostgresIdentity, binaries: PostgresBinaries): boolean {
  const [program = '', ...parameters] = identity.wrap([binaries.postgres, '--version']);
  return spawnSync(program, parameters, { ...identity.account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Gives a folder and all in it to whoever runs PostgreSQL. Only root can and needs to. */
export function giveFolder(folder: string, identity: PostgresIdentity): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = identity.account ?? { uid: 0, gid: 0 };
  if (lstatSync(folder).uid === uid) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) chownSync(join(folder, entry), uid, gid);
  chownSync(folder, uid, gid);
}
