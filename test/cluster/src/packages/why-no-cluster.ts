import { findProgram } from '@fractal-server/embedded';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '../processes/run.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/install-packages.sh', import.meta.url));
const PROGRAMS = ['slurmctld', 'slurmd', 'slurmdbd', 'munged', 'mariadbd', 'sshd', 'sudo', 'useradd', 'setpriv', 'flock', 'ssh-keygen'];
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const INSTALL_DEADLINE_MS = 600_000;
const LAST_CHARACTERS = 300;

let answer: Promise<string | undefined> | undefined;

/**
 * Why no cluster can be started on this machine, as a sentence; undefined where it can. Installs Debian's packages when they are missing and
 * this process may do so (once, also when several processes ask at the same time; no service is started).
 */
export async function whyNoCluster(): Promise<string | undefined> {
  answer ??= look();
  return answer;
}

async function look(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a SLURM cluster can be started on Linux only';
  if (process.getuid?.() !== 0) return 'a SLURM cluster of one’s own has users of its own: only root can start it';
  if (missingPrograms().length === 0) return undefined;
  if (!isDebianLike()) return `${missingPrograms().join(', ')} missing: they are installed automatically on Debian and Ubuntu only`;
  // Who comes second waits here, and finds everything installed. The lock is on a folder that apt does not lock: no file is left behind.
  const { status, stderr } = await run(['flock', '/var/lib/apt', 'sh', '-c', `${areInstalled()} || exec sh "$0"`, SCRIPT], {
    deadlineMs: INSTALL_DEADLINE_MS,
  });
  if (status !== 0) return `SLURM’s packages could not be installed: ${stderr.trim().slice(-LAST_CHARACTERS)}`;
  const missing = missingPrograms();
  return missing.length === 0 ? undefined : `${missing.join(', ')} missing after the installation of SLURM’s packages`;
}

function missingPrograms(): string[] {
  return PROGRAMS.filter((name) => findProgram(name, SYSTEM_PATH) === undefined);
}

function areInstalled(): string {
  return PROGRAMS.map((name) => `command -v ${name} >/dev/null`).join(' && ');
}

function isDebianLike(): boolean {
  return existsSync('/etc/os-release') && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Absolute path of a program of the system. */
export function systemProgram(name: string): string {
  const path = findProgram(name, SYSTEM_PATH);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}
