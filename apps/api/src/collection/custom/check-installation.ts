import { DomainError } from '@fractal-server/domain';
import { HostError, HostFileError, type FileStat, type Host } from '@fractal-server/hosts';

/** Milliseconds that a look at a file may take (design: files). */
const LOOK_DEADLINE_MS = 5_000;

/** @throws DomainError refused unless it is a file that this server's user may read and execute */
export async function requireInterpreter(host: Host, path: string): Promise<void> {
  const seen = await lookAt(host, path, ['-r', path, '-a', '-x', path]);
  if (seen === null) throw refusal(`python_interpreter='${path}' is not accessible to the user of the server.`);
  if (seen.kind !== 'file') throw refusal(`python_interpreter='${path}' is not a file.`);
}

/** @throws DomainError refused unless it is a folder that this server's user may read */
export async function requirePackageRoot(host: Host, path: string): Promise<void> {
  const seen = await lookAt(host, path, ['-r', path]);
  if (seen === null) throw refusal(`package_root='${path}' is not accessible to the user of the server.`);
  if (seen.kind !== 'folder') throw refusal(`package_root='${path}' is not a folder.`);
}

/** What is at the path, or null when nothing is, or nothing that passes the test(1). */
async function lookAt(host: Host, path: string, test: readonly string[]): Promise<FileStat | null> {
  const limits = { deadlineMs: LOOK_DEADLINE_MS };
  try {
    const isAllowed = (await host.run(['test', ...test], limits)).exitCode === 0;
    return isAllowed ? await host.stat(path, limits) : null;
  } catch (error) {
    if (error instanceof HostFileError) return null;
    if (error instanceof HostError) throw refusal(error.message, error);
    throw error;
  }
}

function refusal(message: string, cause?: unknown): DomainError {
  return new DomainError('refused', 'collection.installation', message, { cause });
}
