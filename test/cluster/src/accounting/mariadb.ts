import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { Daemon } from '../processes/daemon.js';
import { freePort } from '../processes/free-ports.js';
import { speaksFirst } from '../processes/probe-port.js';
import { runChecked } from '../processes/run.js';

/** How slurmdbd reaches its database. */
export interface MariaDb {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

const READY_DEADLINE_MS = 60_000;
/** Made by Debian's package, without privileges. */
const SYSTEM_USER = 'mysql';
const HOST = '127.0.0.1';

/** Starts a MariaDB of its own, as Debian's unprivileged user, with one account for slurmdbd and no other. */
export async function startMariaDb(folder: string): Promise<MariaDb> {
  const place = join(folder, 'mariadb');
  mkdirSync(place);
  const ids = await runChecked(['sh', '-c', 'id -u "$0"; id -g "$0"', SYSTEM_USER]);
  const [uid = NaN, gid = NaN] = ids.trim().split('\n').map(Number);
  chownSync(place, uid, gid);
  chmodSync(place, 0o700);
  const data = join(place, 'data');
  const install = ['mariadb-install-db', '--no-defaults', `--user=${SYSTEM_USER}`, `--datadir=${data}`, '--skip-test-db'];
  await runChecked([...install, '--auth-root-authentication-method=socket']);

  const port = await freePort();
  const user = 'slurm';
  const password = randomBytes(16).toString('hex');
  const startSql = join(place, 'start.sql');
  writeFileSync(
    startSql,
    `create or replace user ${user}@'${HOST}' identified by '${password}';\ngrant all on *.* to ${user}@'${HOST}';\n`,
  );
  chownSync(startSql, uid, gid);
  chmodSync(startSql, 0o600);
  const daemon = new Daemon(folder, {
    name: 'mariadbd',
    argv: [
      borrowProgram(folder, 'mariadbd'),
      '--no-defaults',
      '--basedir=/usr',
      `--user=${SYSTEM_USER}`,
      `--datadir=${data}`,
      `--socket=${join(place, 'socket')}`,
      `--pid-file=${join(place, 'pid')}`,
      `--init-file=${startSql}`,
      `--bind-address=${HOST}`,
      `--port=${port}`,
      '--skip-name-resolve',
      // It lives for minutes and nobody misses it.
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-doublewrite=0',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=16M',
      '--innodb-lock-wait-timeout=900',
    ],
  });
  daemon.start();
  await daemon.waitUntilReady(() => speaksFirst(port), READY_DEADLINE_MS);
  return { port, user, password };
}
