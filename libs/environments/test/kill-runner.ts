import { readFileSync } from 'node:fs';

/** Kills a unit runner together with its guardian, its parent: nobody but a worker ends what it has started then. */
export function killRunner(pid: number): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const guardian = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  process.kill(guardian, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
}
