import { countRepeatedAttempts, listUnfinishedUnits, type BatchAttempt } from '@fractal-server/database';
import type { JsonObject } from '@fractal-server/domain';
import { prepareAttempt, runnerCommand, UNIT_RUNNER_PATH, type AttemptSpec } from '@fractal-server/execution';
import type { CallOptions } from '@fractal-server/hosts';
import {
  growForRetry,
  readMetaMemory,
  renderScript,
  SLURM_JOB_ID_PATTERN,
  slurmFiles,
  srunLauncher,
  type SlurmConfig,
} from '@fractal-server/slurm';
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildUnits } from '../batches/build-units.js';
import { commandWords } from '../batches/command-words.js';
import type { Submission } from './cluster/cluster.js';
import { SCRIPT_NAME } from './cluster/submit-wave.js';
import { clusterTaskFolder, localAttemptFolder, prefixOf, type SlurmStep } from './slurm-step.js';
import { readSlurmConfig } from './stored-slurm-config.js';

const RUNNER_NAME = 'unit_runner.py';

/** How the files of an attempt are written. */
export interface AttemptFilesOptions extends CallOptions {
  /** Milliseconds between SIGTERM and SIGKILL of units. */
  readonly unitGraceMs: number;
}

/**
 * Writes all that an attempt is told, on the server's side: the units, the runner, and the script, which people find beside the task's logs
 * as well (contract: slurm.md 4). Repeating it is harmless.
 * @throws JobFailure for a command that may not be run; SlurmConfigError; HostError
 */
export async function writeAttemptFiles(
  step: SlurmStep,
  attempt: BatchAttempt,
  { unitGraceMs, ...calls }: AttemptFilesOptions,
): Promise<Submission> {
  const { context, batch, cluster } = step;
  const localFolder = localAttemptFolder(batch, attempt);
  const { folder } = attempt;
  const specFolder = cluster.specFolder({ localFolder, folder });
  const units = await listUnfinishedUnits(context.database, batch.id);
  const config = await configOf(step);
  const python = batch.resource.get('jobs_slurm_python_worker') as string;
  const prefix = prefixOf(batch);
  const script = renderScript({
    config,
    unitCount: units.length,
    taskFolder: clusterTaskFolder(batch),
    prefix,
    cacheDir: batch.cacheDir,
    // With the token in its environment the runner is recognised as a process of the attempt, like its units.
    command: ['env', `FRACTAL_ATTEMPT=${attempt.token}`, ...runnerCommand(python, folder, join(specFolder, RUNNER_NAME), specFolder)],
  });
  const spec: AttemptSpec = {
    name: attempt.name,
    token: attempt.token,
    place: cluster.name,
    site: 'cluster',
    unitGraceMs,
    environment: { FRACTAL_CACHE_DIR: batch.cacheDir },
    workingFolder: clusterTaskFolder(batch),
    ...(unitLauncher(batch.resource) === 'srun' ? { launcher: srunLauncher(config) } : {}),
    batch: {
      kind: 'tasks',
      command: commandWords(batch.spec.get('command') as string),
      folder: clusterTaskFolder(batch),
      batchOutput: [slurmFiles(prefix).out(SLURM_JOB_ID_PATTERN), slurmFiles(prefix).err(SLURM_JOB_ID_PATTERN)],
      units: await buildUnits(context.database, batch, units),
    },
  };
  await prepareAttempt(context.host, localFolder, spec, Math.min(config.unitsAtOnce, units.length), { ...calls, parents: false });
  await copyFile(UNIT_RUNNER_PATH, join(localFolder, RUNNER_NAME));
  await context.host.writeFile(join(localFolder, SCRIPT_NAME), script, calls);
  await context.host.writeFile(join(batch.folder, slurmFiles(prefix).script), script, calls);
  await makeReadable(localFolder);
  return { name: attempt.name, script, localFolder, folder };
}

/** The user reads these files whatever the umask of the server is. */
async function makeReadable(localFolder: string): Promise<void> {
  await Promise.all(['spec', 'slots', RUNNER_NAME].map((name) => chmod(join(localFolder, name), 0o644)));
  await chmod(localFolder, 0o755);
}

/** What SLURM is asked for: more than at first where an earlier attempt was lost and the resource wants that. */
async function configOf({ context, batch }: SlurmStep): Promise<SlurmConfig> {
  const config = readSlurmConfig(batch.spec);
  const settings = batch.resource.get('settings') as JsonObject | undefined;
  const memoryFactor = Number(settings?.get('retry_memory_factor') ?? 1);
  const timeFactor = Number(settings?.get('retry_time_factor') ?? 1);
  if (settings?.get('retry_lost_units') !== true || (memoryFactor === 1 && timeFactor === 1)) return config;
  const repeats = await countRepeatedAttempts(context.database, batch.id);
  const runnerConfig = batch.resource.get('jobs_runner_config') as JsonObject;
  const limits = runnerConfig.get('batching_config') as JsonObject;
  return growForRetry(
    config,
    { memoryFactor: memoryFactor ** repeats, timeFactor: timeFactor ** repeats },
    readMetaMemory(limits.get('max_mem_per_job') ?? null),
  );
}

function unitLauncher(resource: JsonObject): unknown {
  return (resource.get('settings') as JsonObject | undefined)?.get('unit_launcher');
}
