/**
 * Why sbatch did not take a job. `passing`: it will by itself, later (a limit, a busy or absent controller, a drained partition);
 * `lasting`: somebody has to change something first; `task`: what the task or its meta asks for cannot be had.
 */
export interface SubmitRefusal {
  readonly kind: 'passing' | 'lasting' | 'task';
  /**
   * What to remember it by, for everything that would meet the same: equal for equal causes. Limits of accounts and QOS hold for one of
   * them, `controller` for the whole cluster.
   */
  readonly key: string;
  /** One sentence for people. */
  readonly sentence: string;
  /** SLURM's own words. */
  readonly words: string;
  /** Whether SLURM said no. If not, the job may be queued all the same: look it up by name before trying again. */
  readonly isCertain: boolean;
}

type Rule = readonly [pattern: RegExp, kind: SubmitRefusal['kind'], key: string, sentence: string, isCertain?: false];

/** In this order: what names the cause first, then the phrases that only say that there is one. Tried with 22.05 where it can be provoked. */
const RULES: readonly Rule[] = [
  [/\bAssoc\w*Submit\w*/, 'passing', 'limit.account', 'The account may not have more jobs in SLURM at the moment.'],
  [/\bQOS\w*Submit\w*/, 'passing', 'limit.qos', 'The quality of service (QOS) allows no more jobs in SLURM at the moment.'],
  [/\bMaxSubmitJobsPerAccount\b/, 'passing', 'limit.account', 'The account may not have more jobs in SLURM at the moment.'],
  [/\b(?:QOS|Assoc)(?:Max|Min|Grp)\w+/, 'task', 'request.limit', 'The job asks for more than SLURM allows it.'],
  [/violates accounting\/QOS policy/, 'passing', 'limit.policy', 'A limit of SLURM allows no more jobs at the moment.'],
  [/breached requested QOS usage threshold/, 'passing', 'limit.usage', 'The account has used up its share for the moment.'],
  [
    /temporarily unable to accept job|job queue full|Job creation temporarily disabled/,
    'passing',
    'limit.cluster',
    'SLURM has as many jobs as it can hold (MaxJobCount).',
    false,
  ],
  [/Unable to create job record/, 'passing', 'limit.cluster', 'SLURM has as many jobs as it can hold (MaxJobCount).'],
  [
    /partition not available|Partition in DOWN state|partition configuration not available/,
    'passing',
    'partition',
    'The partition takes no jobs at the moment (drained, inactive or down).',
  ],
  [/Required node not available|Requested nodes are busy/, 'passing', 'nodes', 'Nodes that the job needs are down, drained or reserved.'],
  [/Socket timed out/, 'passing', 'controller', "SLURM's controller did not answer in time.", false],
  [/Unable to contact slurm controller|in standby mode/, 'passing', 'controller', "SLURM's controller cannot be reached.", false],
  [
    /Unable to connect to database|database connection|Unable to establish control/,
    'passing',
    'controller',
    "SLURM's database or controller cannot be reached.",
    false,
  ],
  [
    /Zero Bytes were transmitted|Transport endpoint is not connected|Connection (?:refused|reset|timed out)/,
    'passing',
    'controller',
    "The connection to SLURM's controller broke.",
    false,
  ],
  [
    /[Mm]unge|authentication (?:error|credential|failure)|configuration source/,
    'passing',
    'submit-host',
    "SLURM's services on the submit host do not work.",
    false,
  ],
  [/Invalid account/, 'lasting', 'account', 'SLURM does not know the account, or the user may not use it on this partition.'],
  [/[Ii]nvalid partition|No partition specified/, 'lasting', 'partition.name', "SLURM does not know the resource's partition."],
  [/group not permitted to use this partition/, 'lasting', 'partition.group', 'The user may not use the partition.'],
  [/Invalid qos/, 'lasting', 'qos', 'SLURM does not know the QOS, or the account may not use it.'],
  [/Access\/permission denied|User not found on host|Invalid wckey/, 'lasting', 'user', 'SLURM does not let the user submit jobs.'],
  [/Time limit specification required/, 'lasting', 'time', 'The cluster wants a time limit, and the resource sets none.'],
  [
    /Memory (?:specification can not be satisfied|required by task)/,
    'task',
    'request.memory',
    'No node has as much memory as the job asks for.',
  ],
  [/Requested time limit is invalid/, 'task', 'request.time', 'The time limit is longer than SLURM allows.'],
  [/Invalid feature specification/, 'task', 'request.constraint', 'No node has the features that the job asks for.'],
  [/\(gres\) specification/, 'task', 'request.gres', 'No node has the generic resources (GPUs or others) that the job asks for.'],
  [/Invalid node name|nodes not in this partition/, 'task', 'request.nodelist', 'The job asks for nodes that the partition does not have.'],
  [
    /Requested node configuration is not available|CPU count per node|ode count (?:specification )?invalid|More processors requested/,
    'task',
    'request.nodes',
    'No node of the partition can give what the job asks for.',
  ],
  [
    /Invalid --\S+ specification|Invalid \w+ specification|(?:unrecognized|invalid) option|ambiguous; possibilities|option \S+ requires an argument/,
    'task',
    'request.option',
    'sbatch does not understand an option in the script.',
  ],
  [
    /Invalid directive found|Unmatched|Unexpected `:'/,
    'task',
    'request.option',
    'sbatch does not understand an #SBATCH line of the script.',
  ],
  [
    /does not look like a batch script|script is empty|only whitespace|DOS line breaks|does not allow scripts/,
    'task',
    'request.script',
    'sbatch does not take the script.',
  ],
  [/Batch job submission failed: /, 'lasting', 'refused', 'SLURM does not take the job.'],
];

const UNCLEAR: Omit<SubmitRefusal, 'words'> = {
  kind: 'passing',
  key: 'unclear',
  sentence: 'sbatch failed, and what it said tells nothing of the job.',
  isCertain: false,
};

/** Why sbatch failed, by what it said (its exit code is 1 for nearly everything). */
export function readSubmitRefusal(stderr: string): SubmitRefusal {
  const words = wordsOf(stderr);
  const rule = RULES.find(([pattern]) => pattern.test(stderr));
  if (rule === undefined) return { ...UNCLEAR, words };
  const [, kind, key, sentence, isCertain = true] = rule;
  return { kind, key, sentence, words, isCertain };
}

const MAX_WORDS = 500;

/** The end of what was said, without the name of the program, on one line. */
function wordsOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^sbatch: (?:(?:error|fatal): )?/, '').trim());
  return lines
    .filter((line) => line !== '')
    .join('; ')
    .slice(-MAX_WORDS);
}
