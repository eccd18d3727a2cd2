import { randomBytes } from 'node:crypto';
import { appendFileSync, chownSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runChecked } from '../processes/run.js';
import { makeFolder } from '../make-folder.js';
import type { ClusterUser } from './cluster-user.js';

/** Where users are made. */
export interface UserPlace {
  readonly folder: string;
  /** Owner of the private keys; absent when it is the service account itself that is made. */
  readonly service?: ClusterUser;
}

/** Names of users of clusters begin so. */
const PREFIX = 'ft';

/** Makes `count` users whose names share a random beginning: `ft3kq0a`, `ft3kq0b`, … */
export async function createUsers(place: UserPlace, count: number): Promise<ClusterUser[]> {
  const beginning = `${PREFIX}${randomBytes(8).readBigUInt64BE().toString(36).slice(-5)}`;
  const users: ClusterUser[] = [];
  // One at a time: they lock the password file anyway.
  for (let index = 0; index < count; index++) users.push(await createUser(place, beginning + letters(index)));
  return users;
}

/** The service account: the worker runs as this one in tests of sudo, and SSH keys are its own. */
export async function createServiceUser(folder: string): Promise<ClusterUser> {
  return createUser({ folder }, `${PREFIX}${randomBytes(8).readBigUInt64BE().toString(36).slice(-5)}-svc`);
}

async function createUser({ folder, service }: UserPlace, name: string): Promise<ClusterUser> {
  const home = join(folder, 'home', name);
  makeFolder(home, 0o700);
  // First the ledger, then the deed: what is not in the ledger is not removed.
  appendFileSync(join(folder, 'ledger', 'users'), `${name}\n`);
  // Without PAM, sshd refuses also the keys of a user whose password is locked ("!"); "*" is no password, but not locked.
  await runChecked(['flock', '/etc', 'useradd', '--no-create-home', '--home-dir', home, '--shell', '/bin/bash', '--password', '*', name]);
  const [uid = NaN, gid = NaN] = (await runChecked(['sh', '-c', 'id -u "$0"; id -g "$0"', name])).trim().split('\n').map(Number);
  chownSync(home, uid, gid);
  const keyFile = await createKey(folder, name, { uid, gid, home }, service);
  return { name, uid, gid, home, keyFile };
}

async function createKey(
  folder: string,
  name: string,
  { uid, gid, home }: { uid: number; gid: number; home: string },
  service: ClusterUser | undefined,
): Promise<string> {
  const keyFile = join(folder, 'keys', name);
  await runChecked(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', keyFile]);
  chownSync(keyFile, service?.uid ?? uid, service?.gid ?? gid);
  const sshFolder = join(home, '.ssh');
  mkdirSync(sshFolder, { mode: 0o700 });
  copyFileSync(`${keyFile}.pub`, join(sshFolder, 'authorized_keys'));
  for (const path of [sshFolder, join(sshFolder, 'authorized_keys')]) chownSync(path, uid, gid);
  return keyFile;
}

/** a … z, aa, ab, … */
function letters(index: number): string {
  const last = String.fromCharCode('a'.charCodeAt(0) + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
