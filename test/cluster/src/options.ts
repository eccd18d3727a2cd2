/** What a cluster is made of. Everything has a default. */
export interface ClusterOptions {
  /** Size that each of the two nodes, `n1` and `n2`, claims to have. Default 4 CPUs and 8000 MB; larger than the machine is fine. */
  readonly nodes?: { readonly cpus?: number; readonly memoryMb?: number };
  /** Users that are there from the start; more by `createUsers`. Default 2. */
  readonly users?: number;
  /**
   * Lines for slurm.conf. One whose key is among the defaults replaces that: `MinJobAge=2`, `PrivateData=jobs`, `MaxJobCount=10`,
   * `SchedulerParameters=…`.
   */
  readonly slurmConf?: readonly string[];
  /** The `PartitionName=…` lines. Default: `main` with both nodes and no time limit, as the default partition. */
  readonly partitions?: readonly string[];
  /** Runs slurmdbd on a MariaDB of its own (about 3 s more); `{}` for its defaults. Default: no accounting, `sacct` fails. */
  readonly accounting?: AccountingOptions;
  /** Puts counting and misbehaving stand-ins of SLURM's commands first in the path of everybody, see `cluster.shims`. Default false. */
  readonly shims?: boolean;
}

/** What slurmdbd knows before slurmctld starts. Limits are enforced. */
export interface AccountingOptions {
  /**
   * Accounts with limits as `sacctmgr` words: `{ name: 'lab', limits: ['GrpSubmitJobs=4'] }`. Default: one account `lab`. Every user of the
   * cluster belongs to all of them; the first is their default account.
   */
  readonly accounts?: readonly { readonly name: string; readonly limits?: readonly string[] }[];
  /** Limits of the association of every user in every account: `['MaxSubmitJobs=3']`. */
  readonly userLimits?: readonly string[];
  /** QOS with limits: `{ name: 'short', limits: ['MaxSubmitJobsPerUser=1'] }`. All users may use all of them; `normal` is always there. */
  readonly qos?: readonly { readonly name: string; readonly limits?: readonly string[] }[];
}
