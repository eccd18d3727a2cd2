import { DomainError } from '@fractal-server/domain';
import { CommandNotStarted, type CallOptions, type CommandResult, type Host } from '@fractal-server/hosts';
import type { WheelPlatform } from '../uv/wheel-platform.js';

const TELL = 'import json, platform, sys; print(json.dumps([sys.platform, platform.machine(), platform.libc_ver()[0]]))';

/** Names of processors, by those that the system gives them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64', ppc64le: 'ppc64', s390x: 's390x' };

/**
 * Asks an interpreter for its platform, and so whether it can be used at all.
 * @throws DomainError refused, with its words
 */
export async function platformOfPython(host: Host, python: string, calls: CallOptions): Promise<WheelPlatform> {
  const result = await ask(host, python, calls);
  const [system, machine, libc] = parseAnswer(result) ?? [];
  if (system === undefined || machine === undefined) {
    throw cannotRun(host, python, `${result.stderr.toString('utf8')}\n${result.stdout.toString('utf8')}`.trim());
  }
  return { system, architecture: ARCHITECTURES[machine] ?? machine, isMusl: libc !== 'glibc' };
}

async function ask(host: Host, python: string, calls: CallOptions): Promise<CommandResult> {
  try {
    return await host.run([python, '-I', '-S', '-c', TELL], calls);
  } catch (error) {
    if (error instanceof CommandNotStarted) throw cannotRun(host, python, error.message);
    throw error;
  }
}

function cannotRun(host: Host, python: string, words: string): DomainError {
  return new DomainError('refused', 'collection.interpreter', `The interpreter ${python} cannot be run on ${host.name}: ${words}`);
}

function parseAnswer({ exitCode, stdout }: CommandResult): readonly string[] | undefined {
  if (exitCode !== 0) return undefined;
  try {
    const answer: unknown = JSON.parse(stdout.toString('utf8'));
    return Array.isArray(answer) && answer.every((word) => typeof word === 'string') ? answer : undefined;
  } catch {
    return undefined; // no such line: no interpreter of Python
  }
}
