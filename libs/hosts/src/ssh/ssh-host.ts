import { randomBytes } from 'node:crypto';
import { listWithLs, makeWithMkdir, readWithCat } from '../file-commands/file-commands.js';
import type {
  CallOptions,
  CommandResult,
  FileContent,
  FileStat,
  Host,
  MakeFolderOptions,
  ReadOptions,
  RunOptions,
  TransferItem,
} from '../host.js';
import { runOverSsh } from './commands/run-over-ssh.js';
import { removeWithRm, renameWithMv, statWithStat, writeWithCat } from './commands/change-files.js';
import type { SshConnection } from './connection/ssh-connection.js';
import { fetchArchive } from './transfer/fetch-archive.js';
import { sendArchive } from './transfer/send-archive.js';

/**
 * A login node, through one shared connection. Commands and files alike go through the account's login shell: nothing but it, the standard
 * tools of Linux (`sh`, `env`, `cat`, `ls`, `mkdir`, `mv`, `rm`, `stat`, `find`, `xargs`, GNU `tar`) and SLURM's own commands is needed there.
 */
export class SshHost implements Host {
  readonly name: string;
  /** Tells what a command printed from what the login shell printed before it. */
  private readonly marker = `fractal-${randomBytes(8).toString('hex')}`;

  constructor(private readonly connection: SshConnection) {
    this.name = connection.name;
  }

  /**
   * Run a program in the environment of a login without terminal. A command that was given input cannot be sent a signal: given up, it goes on,
   * and {@link HostCallTimedOut} says so.
   * @throws HostUnavailable
   */
  async run(argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    return await runOverSsh(this.connection, argv, options, this.marker);
  }

  async readFile(path: string, options: ReadOptions): Promise<Buffer> {
    return await readWithCat(this.runInEnglish, path, options);
  }

  async list(path: string, options: CallOptions): Promise<string[]> {
    return await listWithLs(this.runInEnglish, path, options);
  }

  async makeFolder(path: string, options: MakeFolderOptions): Promise<void> {
    await makeWithMkdir(this.runInEnglish, path, options);
  }

  async writeFile(path: string, content: FileContent, options: CallOptions): Promise<void> {
    await writeWithCat(this.connection, this.marker, this.runInEnglish, path, content, options);
  }

  async stat(path: string, options: CallOptions): Promise<FileStat | null> {
    return await statWithStat(this.runInEnglish, path, options);
  }

  async rename(from: string, to: string, options: CallOptions): Promise<void> {
    await renameWithMv(this.runInEnglish, from, to, options);
  }

  async remove(path: string, options: CallOptions): Promise<void> {
    await removeWithRm(this.runInEnglish, path, options);
  }

  async send(items: readonly TransferItem[], options: CallOptions): Promise<void> {
    await sendArchive(this.connection, this.marker, items, options);
  }

  async fetch(items: readonly TransferItem[], options: CallOptions): Promise<TransferItem[]> {
    return await fetchArchive(this.connection, this.marker, items, options);
  }

  /** Only for messages: what the command prints has to be understood. */
  private readonly runInEnglish = async (argv: readonly string[], options: RunOptions) =>
    await this.run(['env', 'LC_ALL=C', ...argv], options);
}
