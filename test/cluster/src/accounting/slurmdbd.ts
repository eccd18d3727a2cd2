import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { AnsweringDaemon } from '../processes/answering-daemon.js';
import { Daemon } from '../processes/daemon.js';
import { run } from '../processes/run.js';
import type { MariaDb } from './mariadb.js';

/** slurmdbd of a cluster, to be disturbed. Without it `sacct` fails, and slurmctld keeps what it wants to say for later. */
export class AccountingDaemon extends AnsweringDaemon {
  constructor(
    folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    super(
      new Daemon(folder, {
        name: 'slurmdbd',
        argv: [join(folder, 'programs', 'slurmdbd'), '-D'],
        env: { SLURM_CONF: join(folder, 'slurm.conf') }, // its own file is looked for beside that one
      }),
    );
  }

  /** Makes the files that it needs before its first start. */
  static prepare(folder: string, hostName: string, port: number, database: MariaDb): void {
    borrowProgram(folder, 'slurmdbd');
    const lines = [
      'AuthType=auth/munge',
      `AuthInfo=socket=${folder}/munge/socket`,
      `DbdHost=${hostName}`,
      'DbdAddr=127.0.0.1',
      `DbdPort=${port}`,
      'SlurmUser=root',
      'StorageType=accounting_storage/mysql',
      'StorageHost=127.0.0.1',
      `StoragePort=${database.port}`,
      `StorageUser=${database.user}`,
      `StoragePass=${database.password}`,
      'StorageLoc=slurm_accounting',
      `PidFile=${folder}/pids/slurmdbd.own`,
      'DebugLevel=info',
      '',
    ];
    writeFileSync(join(folder, 'slurmdbd.conf'), lines.join('\n'), { mode: 0o600 });
  }

  protected async answers(): Promise<boolean> {
    const { status } = await run(['sacctmgr', '--noheader', 'list', 'cluster'], { env: this.env });
    return status === 0;
  }
}
