import { AttemptReader, Gather } from '@fractal-server/execution';
import { CommandFailed, type CallOptions, type Commands } from '@fractal-server/hosts';
import { scancelArguments } from '@fractal-server/slurm';

/** Ids of one `scancel`. */
const JOBS_PER_CANCEL = 200;
/** Folders of one `mkdir`. */
const FOLDERS_PER_CALL = 200;
/** Folders that were made lately and are not made again. */
const REMEMBERED_FOLDERS = 10_000;

/** What both kinds of clusters do by commands of the user. */
export class ClusterCommands {
  readonly attempts: AttemptReader;
  private readonly made = new Set<string>();
  private readonly folders: Gather<string, null>;
  private readonly cancels: Gather<string, null>;

  constructor(readonly commands: Commands) {
    this.attempts = new AttemptReader(commands);
    this.folders = new Gather((paths, call) => this.mkdir(paths, call), { name: 'make folders', maxItems: FOLDERS_PER_CALL });
    this.cancels = new Gather((ids, call) => this.scancel(ids, call), { name: 'cancel SLURM jobs', maxItems: JOBS_PER_CANCEL });
  }

  async makeFolders(paths: readonly string[], options: CallOptions): Promise<void> {
    const missing = paths.filter((path) => !this.made.has(path));
    await Promise.all(missing.map((path) => this.folders.run(path, options)));
    if (this.made.size > REMEMBERED_FOLDERS) this.made.clear();
    for (const path of missing) this.made.add(path);
  }

  async cancel(slurmJobIds: readonly string[], options: CallOptions): Promise<void> {
    await Promise.all(slurmJobIds.map((id) => this.cancels.run(id, options)));
  }

  async cancelByName(name: string, options: CallOptions): Promise<void> {
    await this.commands.run(['scancel', `--name=${name}`], options);
  }

  private async mkdir(paths: readonly string[], options: CallOptions) {
    const result = await this.commands.run(['mkdir', '-m', '700', '-p', '--', ...new Set(paths)], options);
    if (result.exitCode !== 0) throw new CommandFailed(result);
    return paths.map(() => ({ ok: true, value: null }) as const);
  }

  /** Also status 1 is an answer: SLURM has ended some of the jobs, or forgotten them. Whether they are gone is seen in the queue. */
  private async scancel(ids: readonly string[], options: CallOptions) {
    await this.commands.run(scancelArguments([...new Set(ids)]), options);
    return ids.map(() => ({ ok: true, value: null }) as const);
  }
}
