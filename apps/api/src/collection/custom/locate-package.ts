import { DomainError, importNameOf } from '@fractal-server/domain';
import { HostError, type CommandResult, type Host } from '@fractal-server/hosts';

/** Milliseconds that an interpreter may take to find a package: a cold network file system is slow. */
const LOCATE_DEADLINE_MS = 20_000;

/** The name is an argument, never part of the program. */
const LOCATE = 'import importlib.util, pathlib, sys; print(pathlib.Path(importlib.util.find_spec(sys.argv[1]).origin).parent.as_posix())';

/**
 * Asks an interpreter where it would import a package from (contract: task-environments 10.5).
 * @throws DomainError refused, with the interpreter's words, when it cannot tell
 */
export async function locatePackage(host: Host, interpreter: string, packageName: string): Promise<string> {
  const result = await ask(host, [interpreter, '-c', LOCATE, importNameOf(packageName)]);
  const [stdout, stderr] = [result.stdout, result.stderr].map((bytes) => bytes.toString('utf8').trim()) as [string, string];
  if (result.exitCode === 0 && stdout.startsWith('/') && !stdout.includes('\n')) return stdout;
  throw refusal(`stdout: ${stdout}\nstderr: ${stderr}`);
}

async function ask(host: Host, argv: readonly string[]): Promise<CommandResult> {
  try {
    return await host.run(argv, { deadlineMs: LOCATE_DEADLINE_MS, maxOutputBytes: 16_384 });
  } catch (error) {
    if (error instanceof HostError) throw refusal(error.message, error);
    throw error;
  }
}

function refusal(reason: string, cause?: unknown): DomainError {
  return new DomainError('refused', 'collection.locate', `Cannot determine 'package_root'.\n${reason}`, { cause });
}
