import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostFileError } from '../errors.js';
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
import { replaceFile } from './replace-file.js';
import { runCommand } from './run-command.js';
import { errnoOf, withinLimits } from './within-limits.js';

const DEFAULT_MAX_READ_BYTES = 16 * 1024 * 1024;

/** The machine that the server itself runs on. */
export class LocalHost implements Host {
  readonly name = 'local';

  /** @param environment what commands get unless a call says otherwise; see `cleanEnvironment` */
  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  async run(argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    return await runCommand(argv, options, this.environment);
  }

  async readFile(path: string, options: ReadOptions): Promise<Buffer> {
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_READ_BYTES;
    return await withinLimits('read', path, options, async () => {
      const file = await open(path, 'r');
      try {
        if ((await file.stat()).size > maxBytes) {
          throw new HostFileError('read', path, 'EFBIG');
        }
        return await file.readFile();
      } finally {
        await file.close();
      }
    });
  }

  async list(path: string, options: CallOptions): Promise<string[]> {
    return await withinLimits('list', path, options, async () => (await readdir(path)).sort());
  }

  async makeFolder(path: string, options: MakeFolderOptions): Promise<void> {
    await withinLimits('make folder', path, options, async () => {
      await (options.mode === undefined ? mkdir(path, { recursive: options.parents ?? false }) : makeWithMode(path, options.mode, options));
    });
  }

  async writeFile(path: string, content: FileContent, options: CallOptions): Promise<void> {
    await withinLimits('write', path, options, async () => {
      await replaceFile(path, async (part) => {
        await writeFile(part, content);
      });
    });
  }

  async stat(path: string, options: CallOptions): Promise<FileStat | null> {
    return await withinLimits('look at', path, options, async () => {
      try {
        const seen = await stat(path);
        const kind = seen.isFile() ? 'file' : seen.isDirectory() ? 'folder' : 'other';
        return { kind, bytes: seen.size, modifiedAt: seen.mtime };
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') {
          return null;
        }
        throw error;
      }
    });
  }

  async rename(from: string, to: string, options: CallOptions): Promise<void> {
    await withinLimits('rename', from, options, async () => {
      await rename(from, to);
    });
  }

  async remove(path: string, options: CallOptions): Promise<void> {
    await withinLimits('remove', path, options, async () => {
      await rm(path, { recursive: true, force: true });
    });
  }

  async send(items: readonly TransferItem[], options: CallOptions): Promise<void> {
    for (const { localPath, hostPath } of items) {
      await withinLimits('copy', localPath, options, async () => {
        await copyWhole(localPath, hostPath);
      });
    }
  }

  async fetch(items: readonly TransferItem[], options: CallOptions): Promise<TransferItem[]> {
    const missing: TransferItem[] = [];
    for (const item of items) {
      if ((await this.stat(item.hostPath, options)) === null) {
        missing.push(item);
      } else {
        await withinLimits('copy', item.hostPath, options, async () => {
          await copyWhole(item.hostPath, item.localPath);
        });
      }
    }
    return missing;
  }
}

/** As `mkdir -m`: the mode is the last folder's alone, and one that is there keeps its own. */
async function makeWithMode(path: string, mode: number, { parents }: MakeFolderOptions): Promise<void> {
  if (parents === true) {
    await mkdir(dirname(path), { recursive: true });
  }
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (parents === true && errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) {
      return;
    }
    throw error;
  }
  // mkdir(2) takes the umask's bits away; until here the folder was closed rather than open.
  await chmod(path, mode);
}

/** Nothing to do where both names mean one file: the server and its local host share a disk. */
async function copyWhole(from: string, to: string): Promise<void> {
  if (from === to) {
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  await replaceFile(to, async (part) => {
    await copyFile(from, part);
  });
}
