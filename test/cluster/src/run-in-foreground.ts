import { parseArgs } from 'node:util';
import type { Cluster } from './cluster.js';
import { whyNoCluster } from './packages/why-no-cluster.js';
import type { Sshd } from './ssh/sshd.js';
import { startCluster } from './start-cluster.js';
import { becoming, type ClusterUser } from './users/cluster-user.js';

const MANY_MS = 2 ** 31 - 1;

/**
 * Starts a cluster for people, says how to use it, and stops it at Ctrl-C or SIGTERM.
 * @param args `--users N` (2), `--cpus N` (4) and `--memory MB` (8000) of each node, `--accounting`
 */
export async function runInForeground(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string', default: '2' },
      cpus: { type: 'string', default: '4' },
      memory: { type: 'string', default: '8000' },
      accounting: { type: 'boolean', default: false },
    },
  });
  const why = await whyNoCluster();
  if (why !== undefined) {
    console.error(why);
    process.exitCode = 1;
    return;
  }
  const started = Date.now();
  const cluster = await startCluster({
    users: Number(values.users),
    nodes: { cpus: Number(values.cpus), memoryMb: Number(values.memory) },
    accounting: values.accounting ? {} : undefined,
  });
  const sshd = await cluster.startSshd();
  console.log(instructions(cluster, sshd, (Date.now() - started) / 1000));
  await untilToldToEnd();
  await cluster.stop();
  console.log('\nStopped; nothing is left.');
}

function instructions(cluster: Cluster, sshd: Sshd, seconds: number): string {
  const lines = (user: ClusterUser): string[] => [
    `${user.name}  (home ${user.home})`,
    `  by SSH   ${sshd.command(user).join(' ')}`,
    `  as root  ${becoming(user).join(' ')} env HOME=${user.home} bash`,
  ];
  return [
    `\nSLURM cluster ${cluster.name} after ${seconds.toFixed(1)} s: nodes n1 and n2, files below ${cluster.folder}`,
    `\n  export SLURM_CONF=${cluster.slurmConf}`,
    '  sinfo; squeue; sbatch …\n',
    ...cluster.users.flatMap(lines),
    `${cluster.service.name}  (the server’s own account)`,
    '\nCtrl-C stops it and removes everything.',
  ].join('\n');
}

async function untilToldToEnd(): Promise<void> {
  // What is waited for does not keep a process alive by itself.
  const alive = setInterval(() => undefined, MANY_MS);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  clearInterval(alive);
}
