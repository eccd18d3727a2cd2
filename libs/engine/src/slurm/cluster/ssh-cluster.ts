import { Gather } from '@fractal-server/execution';
import type { CallOptions, CommandResult, Host, TransferItem } from '@fractal-server/hosts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterCommands } from './cluster-commands.js';
import type { Cluster, Submission } from './cluster.js';
import { readWaveAnswers, SUBMIT_WAVE } from './submit-wave.js';

/** Scripts of one remote call. */
const SUBMISSIONS_PER_CALL = 100;
/** Attempts whose files go in one stream. */
const DELIVERIES_PER_CALL = 100;

/** A cluster whose login node is reached by SSH. Nothing is shared: files go and come as streams of tar. */
export class SshCluster extends ClusterCommands implements Cluster {
  readonly name: string;
  private readonly submissions: Gather<Submission, CommandResult>;
  private readonly deliveries: Gather<Submission, null>;

  constructor(private readonly host: Host) {
    super(host);
    this.name = host.name;
    this.submissions = new Gather((wave, call) => this.submitWave(wave, call), { name: 'submit', maxItems: SUBMISSIONS_PER_CALL });
    this.deliveries = new Gather((wave, call) => this.send(wave, call), { name: 'send attempts', maxItems: DELIVERIES_PER_CALL });
  }

  specFolder({ folder }: Pick<Submission, 'folder'>): string {
    return folder;
  }

  async deliver(submission: Submission, options: CallOptions): Promise<void> {
    await this.deliveries.run(submission, options);
  }

  submit(submission: Submission, options: CallOptions): Promise<CommandResult> {
    return this.submissions.run(submission, options);
  }

  async removeFolder(path: string, options: CallOptions): Promise<void> {
    await this.host.remove(path, options);
  }

  private async send(wave: readonly Submission[], options: CallOptions) {
    const items: TransferItem[] = [];
    for (const { localFolder, folder } of wave) {
      for (const name of await readdir(localFolder)) items.push({ localPath: join(localFolder, name), hostPath: join(folder, name) });
    }
    await this.host.send(items, options);
    return wave.map(() => ({ ok: true, value: null }) as const);
  }

  private async submitWave(wave: readonly Submission[], options: CallOptions) {
    const argv = ['sh', '-c', SUBMIT_WAVE, 'sh', ...wave.flatMap(({ name, folder }) => [folder, name])];
    const result = await this.commands.run(argv, options);
    return readWaveAnswers(
      wave.map(({ name }) => name),
      result,
    );
  }
}
