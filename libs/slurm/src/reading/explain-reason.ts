/** SLURM's reason for a job that waits, translated. */
export interface ExplainedReason {
  readonly sentence: string;
  /** Whether it will not go away by itself: the user, an admin or the site has to act. */
  readonly needsSomebody: boolean;
}

/** Reasons by their word; `true` where somebody has to act. */
const REASONS: Readonly<Record<string, readonly [sentence: string, needsSomebody?: true]>> = {
  None: ['SLURM has not said yet why the job waits.'],
  WaitingForScheduling: ['SLURM has not looked at the job yet.'],
  Priority: ['Jobs of higher priority are ahead in the queue.'],
  Resources: ['The job is next in line, and waits until enough CPUs, memory or nodes are free.'],
  BeginTime: ['The job may not start before a set time.'],
  Dependency: ['The job waits for another job.'],
  DependencyNeverSatisfied: ['The job waits for another job that ended otherwise than asked for; it will never start.', true],
  JobHeldUser: ['The job was put on hold by its user; `scontrol release` lets it go on.', true],
  JobHeldAdmin: ['The job was put on hold by an administrator of the cluster.', true],
  JobHoldMaxRequeue: ['The job was started too often and is on hold.', true],
  Licenses: ['A software licence that the job needs is in use.'],
  ReqNodeNotAvail: ['Nodes that the job needs are down, drained or reserved.'],
  NodeDown: ['A node that the job needs is down.'],
  PartitionDown: ['The partition is down: it takes jobs but starts none.'],
  PartitionInactive: ['The partition is inactive: it starts no jobs.'],
  PartitionConfig: ['The job asks for more than the partition has.', true],
  PartitionNodeLimit: ['The job asks for more or fewer nodes than the partition allows, or too many of its nodes are down.', true],
  PartitionTimeLimit: ["The job's time limit is longer than the partition allows.", true],
  Reservation: ['The job waits for its reservation to begin.'],
  ReservationDeleted: ['The reservation that the job was to run in was deleted.', true],
  RequiresReservation: ['The partition starts jobs within reservations only.', true],
  BadConstraints: ['No node can satisfy what the job asks for.', true],
  AccountNotAllowed: ['The account may not use the partition.', true],
  QOSNotAllowed: ['The quality of service (QOS) may not be used on the partition.', true],
  InvalidAccount: ['SLURM does not know the account.', true],
  InvalidQOS: ['SLURM does not know the quality of service (QOS).', true],
  QOSUsageThreshold: ['The account has used more than the quality of service (QOS) allows for the moment.'],
  AssociationJobLimit: ['The account already has as many jobs as it may.'],
  AssociationResourceLimit: ['The account already uses as much as it may.'],
  AssociationTimeLimit: ['The account has used up its time.', true],
  QOSJobLimit: ['The quality of service (QOS) already has as many jobs as it may.'],
  QOSResourceLimit: ['The quality of service (QOS) already uses as much as it may.'],
  QOSTimeLimit: ['The quality of service (QOS) has used up its time.', true],
  JobArrayTaskLimit: ['As many tasks of the job array run as may.'],
  Prolog: ['The cluster prepares the nodes.'],
  Cleaning: ['SLURM still cleans up behind an earlier run of the job.'],
  FrontEndDown: ['No front-end node is available.'],
  BurstBufferResources: ['The job waits for space in the burst buffer.'],
  BurstBufferStageIn: ['Files are being brought to the burst buffer.'],
  JobLaunchFailure: ['The job could not be started (working folder, file system or program).', true],
  SystemFailure: ['A part of the cluster failed.', true],
};

/** Reasons of more than one word. */
const PHRASES: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/launch failed/i, 'The job could not be started on its node and is on hold; an administrator can release it.'],
  [/account not permitted to use this partition/i, 'The account may not use the partition.'],
  [/not permitted to use this partition|not allowed/i, 'The user may not use the partition.'],
];

/** What limits count, in the order in which their words may hold each other. */
const LIMITED: readonly (readonly [part: RegExp, what: string])[] = [
  [/Submit|Jobs/, 'jobs'],
  [/Wall/, 'run time'],
  [/GRES/i, 'GPUs or other generic resources'],
  [/Mem/, 'memory'],
  [/Cpu|CPU/, 'CPUs'],
  [/Node/, 'nodes'],
  [/License/, 'licences'],
];

/**
 * Translates the reason of squeue's `%r` or of scontrol. A word that is not known is passed on as it is.
 * @param reason as SLURM prints it, also with additions (`ReqNodeNotAvail, UnavailableNodes:n[1-2]`)
 */
export function explainReason(reason: string): ExplainedReason {
  const word = /^\w+/.exec(reason)?.[0] ?? '';
  const known = Object.hasOwn(REASONS, word) ? REASONS[word] : undefined;
  if (known !== undefined) return { sentence: withNodes(known[0], reason), needsSomebody: known[1] ?? false };
  const phrase = PHRASES.find(([pattern]) => pattern.test(reason));
  if (phrase !== undefined) return { sentence: phrase[1], needsSomebody: true };
  return explainLimit(word) ?? { sentence: `SLURM's reason: ${reason}.`, needsSomebody: false };
}

/** What every queue makes jobs wait for: nobody needs to be told. */
const ORDINARY: ReadonlySet<string> = new Set(['None', 'WaitingForScheduling', 'Priority', 'Resources', 'BeginTime', 'Prolog', 'Cleaning']);

/** Whether a job that waits for this reason is just waiting for its turn. */
export function isOrdinaryWait(reason: string): boolean {
  return ORDINARY.has(/^\w+/.exec(reason)?.[0] ?? '');
}

function withNodes(sentence: string, reason: string): string {
  const nodes = /UnavailableNodes:(\S+)/.exec(reason)?.[1];
  return nodes === undefined ? sentence : `${sentence.replace(/\.$/, '')}: ${nodes}.`;
}

/** `AssocGrpCpuLimit`, `QOSMaxJobsPerUserLimit` and their many siblings: whose limit, of what, in sum or for one job. */
function explainLimit(word: string): ExplainedReason | undefined {
  const [, owner, rest = ''] = /^(Assoc|QOS)((?:Grp|Max|Min)\w+)$/.exec(word) ?? [];
  if (owner === undefined) return undefined;
  const whose = owner === 'Assoc' ? 'The account' : 'The quality of service (QOS)';
  const what = LIMITED.find(([part]) => part.test(rest))?.[1] ?? 'resources';
  // A limit of one job is met by every job like it, however long it waits.
  if (rest.startsWith('Min')) return { sentence: `${whose} wants jobs to ask for more ${what} (${word}).`, needsSomebody: true };
  if (/PerJob|PerNode/.test(rest))
    return { sentence: `${whose} limits the ${what} of one job to less than this one asks for (${word}).`, needsSomebody: true };
  if (/Minutes|Wall/.test(rest)) return { sentence: `${whose} has used up its time (${word}).`, needsSomebody: !/Run/.test(rest) };
  const user = /PerUser/.test(rest) ? ' for each user' : '';
  return { sentence: `${whose} allows no more ${what}${user} at the same time (${word}).`, needsSomebody: false };
}
