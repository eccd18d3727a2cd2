import { CommandNotStarted, HostRefused } from '../errors.js';
import { listWithLs, makeWithMkdir, readWithCat } from '../file-commands/file-commands.js';
import type { CallOptions, CommandResult, Commands, MakeFolderOptions, ReadOptions, RunOptions } from '../host.js';
import { sudoRefusal } from './sudo-refusal.js';

/** All that the service account may do as another user (contract: slurm.md 12); the ready sudoers file allows the same. */
const ALLOWED = ['sbatch', 'scancel', 'cat', 'ls', 'mkdir'] as const;

/** `sudo` would take `#0` for a user id. */
const USER_NAME = /^[A-Za-z_][A-Za-z0-9_.@-]*$/;

/** Everybody may enter it; the server's own working folder may be closed to the user, and sbatch notes where it was started. */
const NEUTRAL_FOLDER = '/';

/**
 * Another user of the submit host, through `sudo`. It runs five commands and nothing else, on files that server and cluster share.
 *
 * `sudo` resets the environment, so a command cannot be given one. After a deadline the command may go on: an account that is not root
 * can only ask `sudo` to pass SIGTERM on, which not every sudo does.
 */
export class SudoHost implements Commands {
  /** For messages: `user through sudo`. */
  readonly name: string;

  /**
   * @param user whose account commands run under
   * @param local where `sudo` is started: the machine of the server
   * @param environment what `sudo` itself sees; of it, the site's sudoers file decides what is handed on (`SLURM_CONF`)
   */
  constructor(
    readonly user: string,
    private readonly local: Pick<Commands, 'run'>,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.name = `${user} through sudo`;
  }

  /**
   * Run one of the five commands.
   * @throws HostRefused when `sudo` does not allow it: nothing ran, and an admin has to act
   */
  async run(argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    this.refuseUnexpected(argv, options);
    if (!USER_NAME.test(this.user)) {
      throw new HostRefused(`'${this.user}' is no user name (of the profile), so nothing can be run as this user through sudo.`);
    }
    // Not LC_ALL: sbatch hands its environment on to the job, whose programs are to read and write text as they would without us.
    const env = { ...this.environment, LC_MESSAGES: 'C' };
    const result = await this.local.run(['sudo', '--set-home', '--non-interactive', '-u', this.user, '--', ...argv], {
      ...options,
      env,
      cwd: options.cwd ?? NEUTRAL_FOLDER,
    });
    const refusal = sudoRefusal(result.exitCode, result.stderr.toString('utf8'));
    if (refusal?.kind === 'not found') {
      throw new CommandNotStarted(argv, refusal.words);
    }
    if (refusal !== null) {
      throw new HostRefused(
        `sudo does not let the server run '${argv[0]}' as '${this.user}': ${refusal.words}. An admin of this machine has to allow it (docs/deployment.md).`,
      );
    }
    return { ...result, argv };
  }

  async readFile(path: string, options: ReadOptions): Promise<Buffer> {
    return await readWithCat(this.runHere, path, options);
  }

  async list(path: string, options: CallOptions): Promise<string[]> {
    return await listWithLs(this.runHere, path, options);
  }

  async makeFolder(path: string, options: MakeFolderOptions): Promise<void> {
    await makeWithMkdir(this.runHere, path, options);
  }

  private readonly runHere = async (argv: readonly string[], options: RunOptions) => await this.run(argv, options);

  private refuseUnexpected([program]: readonly string[], options: RunOptions): void {
    const name = program?.slice(program.lastIndexOf('/') + 1);
    if (!ALLOWED.some((allowed) => allowed === name) || (program !== name && program?.startsWith('/') !== true)) {
      throw new TypeError(`Only ${ALLOWED.join(', ')} can be run through sudo, not '${String(program)}'`);
    }
    if (options.env !== undefined) {
      throw new TypeError('sudo resets the environment: a command cannot be given one');
    }
  }
}
