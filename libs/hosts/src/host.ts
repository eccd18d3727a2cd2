/**
 * What the rest of the system may ask of a place where commands run and files live.
 *
 * Three small interfaces, because not every host has all of them: a host behind `sudo` can only run
 * commands, a local or an SSH host can also write and transfer files.
 */

/** Limits of one call on a host. Every call has a deadline: a hanging disk or network must end as an error. */
export interface CallOptions {
  /** Milliseconds after which the call is given up with {@link HostCallTimedOut}. */
  readonly deadlineMs: number;
  /** Gives the call up at once with {@link HostCallAborted}, for example when a lease could not be renewed. */
  readonly signal?: AbortSignal | undefined;
}

/** How to run one command. */
export interface RunOptions extends CallOptions {
  /** Working folder; the host's own default where absent. */
  readonly cwd?: string | undefined;
  /** The whole environment of the command. Absent: the host's clean base environment, never that of the server. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Text for standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array | undefined;
  /** Bytes kept of each of stdout (its beginning) and stderr (its end). Default 1 MiB. What exceeds it is read and dropped. */
  readonly maxOutputBytes?: number | undefined;
  /**
   * Absolute path on the server's disk that takes stdout instead of the memory, for output of any size; `stdout` of the result is empty then.
   * It is written beside it (`<path>.<random>.part`) and renamed over `path` when the command has ended by itself, whatever its exit code: what
   * is there is complete, and the caller judges it by the exit code. After an error of the call nothing is there or left behind. Bounded by
   * `maxOutputBytes` only where that is given.
   * @throws HostFileError when that disk does not take it (the command still runs to its end)
   */
  readonly stdoutPath?: string | undefined;
}

/** What a command that ran left behind, whatever its exit code. */
export interface CommandResult {
  readonly argv: readonly string[];
  /** Null when a signal ended the command. */
  readonly exitCode: number | null;
  /** Name of the signal that ended the command, such as `SIGKILL`. */
  readonly signal: string | null;
  readonly stdout: Buffer;
  /** True when `stdout` is only the beginning of what the command wrote. */
  readonly stdoutTruncated: boolean;
  readonly stderr: Buffer;
  /** True when `stderr` is only the end of what the command wrote. */
  readonly stderrTruncated: boolean;
}

/** How to read a file. */
export interface ReadOptions extends CallOptions {
  /** A file larger than this is refused with {@link HostFileError} (`EFBIG`), so that no log floods the memory. Default 16 MiB. */
  readonly maxBytes?: number | undefined;
}

/** How to make a folder. */
export interface MakeFolderOptions extends CallOptions {
  /**
   * Make missing parents too, and do not mind when the folder exists. Default false: exactly one `mkdir(2)`, whose
   * `EEXIST` tells the caller that somebody else was first (claims rely on it).
   */
  readonly parents?: boolean | undefined;
  /**
   * Permission bits of the folder itself, exactly, whatever the umask: `0o700`. Parents that are made on the way have the host's default, and
   * a folder that is there already keeps its own.
   */
  readonly mode?: number | undefined;
}

/** Run commands and look at what they left. All that a host behind `sudo` offers. */
export interface Commands {
  /**
   * Run a program with the given arguments; no shell is involved.
   *
   * Resolves for every exit code; see `runChecked` for "anything but 0 is an error".
   * @throws CommandNotStarted when the program could not be started
   * @throws HostCallTimedOut, HostCallAborted after the program and its process group were ended
   */
  run(argv: readonly string[], options: RunOptions): Promise<CommandResult>;
  /** The content of a file. @throws HostFileError */
  readFile(path: string, options: ReadOptions): Promise<Buffer>;
  /** Names in a folder, sorted. @throws HostFileError */
  list(path: string, options: CallOptions): Promise<string[]>;
  /** Make a folder. @throws HostFileError (`EEXIST` when it is there and `parents` is off) */
  makeFolder(path: string, options: MakeFolderOptions): Promise<void>;
}

/** What is known of a file without opening it. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** What a file is to hold. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Change files. */
export interface Files {
  /**
   * Write a file so that readers see the old content or the whole new one: to `<path>.<random>.part`, then renamed.
   * @param content whole, or piece by piece: a large file never has to be in memory
   * @throws HostFileError, with the part removed
   */
  writeFile(path: string, content: FileContent, options: CallOptions): Promise<void>;
  /** What is at the path (links are followed), or null when nothing is. @throws HostFileError */
  stat(path: string, options: CallOptions): Promise<FileStat | null>;
  /** Rename within one file system, over an existing file if there is one. @throws HostFileError */
  rename(from: string, to: string, options: CallOptions): Promise<void>;
  /** Remove a file or a whole folder. Nothing to remove is no error. @throws HostFileError */
  remove(path: string, options: CallOptions): Promise<void>;
}

/** One file to move between the server's disk and the host. */
export interface TransferItem {
  /** Absolute path on the server's disk. */
  readonly localPath: string;
  /** Absolute path on the host. */
  readonly hostPath: string;
}

/** Move many files in one go. Parents of a target are made, a target appears whole or not at all. */
export interface Transfer {
  /** From the server's disk to the host. @throws HostFileError */
  send(items: readonly TransferItem[], options: CallOptions): Promise<void>;
  /** From the host to the server's disk. Resolves to the items that did not exist on the host. @throws HostFileError */
  fetch(items: readonly TransferItem[], options: CallOptions): Promise<TransferItem[]>;
}

/** A place that can do everything. */
export interface Host extends Commands, Files, Transfer {
  /** For messages: `local`, or `user@cluster`. */
  readonly name: string;
}
