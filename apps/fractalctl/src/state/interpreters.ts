import { StartError } from '@fractal-server/embedded';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Python interpreters by version (`3.12`), and the one that is taken when a task does not ask for another. */
export interface Interpreters {
  readonly defaultVersion: string;
  readonly versions: ReadonlyMap<string, string>;
}

/** In the order of preference: most task packages have wheels for the first ones. */
const SUPPORTED_VERSIONS = ['3.12', '3.11', '3.13', '3.14', '3.10', '3.9'];
const DEADLINE_MS = 20_000;
const QUESTION = 'import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable)';

const run = promisify(execFile);

/**
 * The Pythons on the search path. Each is asked for its own version and path: what is found may be a shim that answers for another
 * interpreter, or for none.
 * @throws StartError when there is none
 */
export async function findInterpreters(): Promise<Interpreters> {
  const commands = [...SUPPORTED_VERSIONS.map((version) => `python${version}`), 'python3'];
  const found = (await Promise.all(commands.map(askInterpreter))).filter((answer) => answer !== undefined);
  const versions = new Map<string, string>();
  for (const { version, path } of found) if (SUPPORTED_VERSIONS.includes(version) && !versions.has(version)) versions.set(version, path);
  const defaultVersion = SUPPORTED_VERSIONS.find((version) => versions.has(version));
  if (defaultVersion !== undefined) return { defaultVersion, versions };
  throw new StartError(
    'find a Python for tasks',
    'no python3 of a version from 3.9 to 3.14 is on the path.',
    'Install one, for example with "apt-get install python3" or "brew install python@3.12".',
  );
}

async function askInterpreter(command: string): Promise<{ version: string; path: string } | undefined> {
  try {
    const { stdout } = await run(command, ['-I', '-c', QUESTION], { timeout: DEADLINE_MS });
    const [version, path] = stdout.trim().split('\n');
    return version === undefined || path === undefined || path === '' ? undefined : { version, path };
  } catch {
    return undefined;
  }
}
