import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchWorkflow, NO_OP, type TimedJob } from './jobs/bench-workflow.js';
import { sbatchFloor } from './slurm/sbatch-floor.js';
import { POLL_INTERVAL, SlurmSite, type Way } from './slurm/slurm-site.js';

/** What one job cost beside its time. */
interface Measured {
  readonly tookMs: number;
  readonly firstSubmissionMs: number;
  readonly endToDoneMs: number;
  readonly rpcsPerUnit: number;
  readonly sudoCalls: number;
  readonly filesPerUnit: number;
}

const FACTOR: Readonly<Record<Way, number>> = { slurm_sudo: 1.25, slurm_ssh: 1.4 };
const SLACK_MS = 2_000;

/**
 * No-op units on a two-node cluster of this machine, from the request to `done`, against bare `sbatch` of `xargs -P4` in the same run.
 *
 * Arguments: rounds (3), then sizes as UNITSxBATCHES (1000x10 10000x40).
 */
export async function run([rounds = '3', ...sizes]: string[]): Promise<void> {
  const site = await SlurmSite.start();
  try {
    for (const size of sizes.length === 0 ? ['1000x10', '10000x40'] : sizes) {
      const [units = 1_000, batches = 10] = size.split('x').map(Number);
      for (const way of ['slurm_sudo', 'slurm_ssh'] as const) await measure(site, way, units, batches, Number(rounds));
    }
  } finally {
    await site.stop();
  }
}

async function measure(site: SlurmSite, way: Way, units: number, batches: number, rounds: number): Promise<void> {
  await site.use(way, batches);
  await measureJob(site, batches); // The first job of a new resource pays for what is made once.
  const floors: number[] = [];
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await sbatchFloor(site.cluster, units, batches));
    measured.push(await measureJob(site, units));
  }
  const floor = median(floors);
  const of = (key: keyof Measured): number => median(measured.map((one) => one[key]));
  const target = FACTOR[way] * floor + SLACK_MS;
  console.log(`${way}: ${units} units in ${batches} SLURM jobs, medians of ${rounds}, poll interval ${POLL_INTERVAL} s`);
  show('submit to done', of('tookMs'), target, 'ms', `floor ${Math.round(floor)} ms, x ${(of('tookMs') / floor).toFixed(2)}`);
  show('submit to first SLURM job', of('firstSubmissionMs'), way === 'slurm_sudo' ? 500 : 1_000, 'ms');
  show('last unit ended to done', of('endToDoneMs'), POLL_INTERVAL * 1_000 + 1_000, 'ms');
  show('controller RPCs per unit', of('rpcsPerUnit'), 0.1, '');
  if (way === 'slurm_sudo') show('sudo calls per 1,000 units', (of('sudoCalls') / units) * 1_000, 50, '');
  show('files left per unit', of('filesPerUnit'), 6, '');
}

async function measureJob(site: SlurmSite, units: number): Promise<Measured> {
  const workflow = await BenchWorkflow.make(site.system, units, [{ parallel: NO_OP }]);
  await chmod(site.system.folder, 0o755);
  const rpcs = (await site.cluster.rpcCounts()).total;
  const sudoCalls = site.sudoCalls();
  const logged = site.system.workerLog().length;
  const job = await workflow.run({ pollMs: 100 });
  const submittedAt = site.system
    .workerLog()
    .slice(logged - 1)
    .filter((line) => line.includes('submitted to SLURM'))
    .map((line) => Date.parse((JSON.parse(line) as { time: string }).time));
  return {
    tookMs: job.doneAt - job.sentAt,
    firstSubmissionMs: Math.min(...submittedAt) - job.sentAt,
    endToDoneMs: job.doneAt - (await lastUnitEndedAt(job)),
    rpcsPerUnit: ((await site.cluster.rpcCounts()).total - rpcs - 1) / units,
    sudoCalls: site.sudoCalls() - sudoCalls,
    filesPerUnit: (await countFiles(`${job.workingDirUser}`)) / units,
  };
}

/** When the last unit wrote its output, on the user's side. */
async function lastUnitEndedAt({ workingDirUser }: TimedJob): Promise<number> {
  let last = 0;
  for (const entry of await readdir(workingDirUser, { recursive: true })) {
    if (entry.endsWith('-metadiff.json')) last = Math.max(last, (await stat(join(workingDirUser, entry))).mtimeMs);
  }
  return last;
}

async function countFiles(folder: string): Promise<number> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
}

function show(what: string, value: number, target: number, unit: string, note = ''): void {
  const rounded = value >= 100 ? String(Math.round(value)) : value.toFixed(2);
  const mark = value <= target ? ' ' : '!';
  console.log(
    `${mark} ${what.padEnd(28)} ${`${rounded} ${unit}`.padStart(12)}  target ${`${Math.round(target * 100) / 100} ${unit}`.padEnd(12)} ${note}`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
