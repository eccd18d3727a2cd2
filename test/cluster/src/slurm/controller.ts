import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { AnsweringDaemon } from '../processes/answering-daemon.js';
import { Daemon } from '../processes/daemon.js';
import { run } from '../processes/run.js';

/** slurmctld of a cluster, to be disturbed. */
export class Controller extends AnsweringDaemon {
  constructor(
    folder: string,
    slurmConf: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    super(new Daemon(folder, { name: 'slurmctld', argv: [join(folder, 'programs', 'slurmctld'), '-D', '-f', slurmConf] }));
  }

  /** Makes the files that it needs before its first start. */
  static prepare(folder: string): void {
    borrowProgram(folder, 'slurmctld');
  }

  protected async answers(): Promise<boolean> {
    const { stdout } = await run(['/usr/bin/scontrol', 'ping'], { env: this.env });
    return / is UP/.test(stdout);
  }
}
