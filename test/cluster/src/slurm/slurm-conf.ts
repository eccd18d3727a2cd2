import type { ClusterOptions } from '../options.js';

/** What slurm.conf needs to know of a cluster beside its options. */
export interface SlurmConfPlan {
  readonly name: string;
  readonly folder: string;
  readonly hostName: string;
  readonly controllerPort: number;
  readonly nodePorts: readonly [number, number];
  /** Port of slurmdbd; absent without accounting. */
  readonly accountingPort?: number;
}

/** The nodes of every cluster, in the order of their ports. */
export const NODE_NAMES = ['n1', 'n2'] as const;
const DEFAULT_CPUS = 4;
const DEFAULT_MEMORY_MB = 8000;

/** The text of slurm.conf. Line by line what a small cluster needs to be quick, to run beside others, and to run without systemd and cgroups. */
export function renderSlurmConf(plan: SlurmConfPlan, options: ClusterOptions): string {
  const { folder } = plan;
  const mungeSocket = `${folder}/munge/socket`;
  const defaults = [
    `ClusterName=${plan.name}`,
    `SlurmctldHost=${plan.hostName}(127.0.0.1)`,
    `SlurmctldPort=${plan.controllerPort}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${mungeSocket}`,
    'CredType=cred/munge',
    'MpiDefault=none',
    'MailProg=/usr/bin/true',
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SwitchType=switch/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU_Memory',
    // Else a job that does not say how much memory it needs gets a node of its own.
    'DefMemPerCPU=500',
    // Nodes may claim to be larger than this machine.
    'SlurmdParameters=config_overrides',
    // With SLURM's defaults ten tiny jobs take 14 s, with these 2.4 s.
    'SchedulerParameters=bf_interval=1,batch_sched_delay=0,sched_interval=5',
    'KillWait=5',
    'OverTimeLimit=0',
    'ReturnToService=2',
    'JobCompType=jobcomp/filetxt',
    `JobCompLoc=${folder}/log/finished-jobs.txt`,
    'SlurmctldDebug=info',
    'SlurmdDebug=info',
    `SlurmctldPidFile=${folder}/pids/slurmctld.own`,
    `SlurmdPidFile=${folder}/pids/slurmd-%n.own`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    ...accountingLines(plan, mungeSocket),
  ];
  const { cpus = DEFAULT_CPUS, memoryMb = DEFAULT_MEMORY_MB } = options.nodes ?? {};
  const nodes = NODE_NAMES.map(
    (name, index) =>
      `NodeName=${name} NodeHostname=${plan.hostName} NodeAddr=127.0.0.1 Port=${plan.nodePorts[index]} CPUs=${cpus} RealMemory=${memoryMb} State=UNKNOWN`,
  );
  const partitions = options.partitions ?? ['PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP'];
  return [...overridden(defaults, options.slurmConf ?? []), ...nodes, ...partitions, ''].join('\n');
}

function accountingLines({ accountingPort, hostName }: SlurmConfPlan, mungeSocket: string): string[] {
  if (accountingPort === undefined) return ['AccountingStorageType=accounting_storage/none'];
  return [
    'AccountingStorageType=accounting_storage/slurmdbd',
    `AccountingStorageHost=${hostName}`,
    `AccountingStoragePort=${accountingPort}`,
    // With munge the "password" is its socket; sacctmgr looks at the system's one otherwise.
    `AccountingStoragePass=${mungeSocket}`,
    'AccountingStorageEnforce=limits,qos',
  ];
}

/** Without the defaults whose key the extra lines set. */
function overridden(defaults: readonly string[], extra: readonly string[]): string[] {
  const keys = new Set(extra.map(keyOf));
  return [...defaults.filter((line) => !keys.has(keyOf(line))), ...extra];
}

function keyOf(line: string): string {
  return line.slice(0, line.indexOf('=')).trim().toLowerCase();
}
