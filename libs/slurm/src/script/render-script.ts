import type { SlurmConfig } from '../configuration/slurm-config.js';
import { SlurmConfigError } from '../configuration/slurm-config-error.js';
import { directive, requireLine } from './directive.js';
import { DIRECTIVE } from './directive-words.js';
import { shellQuote } from './shell-quote.js';
import { SLURM_JOB_ID_PATTERN, slurmFiles } from './slurm-files.js';
import { exportLines } from './user-local-exports.js';

/** A batch that becomes one SLURM job. */
export interface ScriptRequest {
  /** After `forJob`. */
  readonly config: SlurmConfig;
  /** Units of this batch. */
  readonly unitCount: number;
  /** Folder of the task on the cluster, absolute: working directory of the SLURM job, and where its output goes. */
  readonly taskFolder: string;
  /** See `batchPrefix`. */
  readonly prefix: string;
  /** The user's cache folder, which `user_local_exports` are relative to. */
  readonly cacheDir: string;
  /** Argument vector of the unit runner, which takes the script's place. */
  readonly command: readonly string[];
}

const GREETING = [
  'echo "Hostname: $(uname -n)"',
  'echo "Current directory: $(pwd)"',
  'echo "Start time: $(date +"%Y-%m-%dT%H:%M:%S%z")"',
] as const;

/**
 * The submission script of a batch (contract: slurm.md 4.1): the header with the contract's directives in its order, then one command, the
 * unit runner, in place of a step for each unit. Everything in it is one line of its own, so that no value becomes a command or another
 * directive.
 * @throws SlurmConfigError `unsafe_text`
 */
export function renderScript(request: ScriptRequest): string {
  const command = `exec ${request.command.map((word) => shellQuote(requireLine('argument of the unit runner', word))).join(' ')}`;
  return [...headerLines(request), '', ...GREETING, '', '', command, ''].join('\n');
}

/** Shebang, directives, shell lines: sbatch reads no directive after the first command. */
export function headerLines(request: ScriptRequest): string[] {
  const { config, cacheDir } = request;
  const shebang = requireShebang(config.shebang);
  const extraLines = config.extraLines.flatMap((line) => line.split(/\r?\n/));
  const isDirective = (line: string) => line.startsWith(DIRECTIVE);
  return [
    shebang,
    ...extraLines.filter((line) => line === shebang),
    ...resourceDirectives(request),
    ...extraLines.filter(isDirective),
    ...fileDirectives(request),
    ...extraLines.filter((line) => line !== shebang && !isDirective(line)),
    ...exportLines(config.userLocalExports, cacheDir),
  ];
}

function resourceDirectives({ config, unitCount }: ScriptRequest): string[] {
  const parallel = Math.min(unitCount, config.unitsAtOnce);
  const memory = config.useMemoryPerCpu
    ? directive('--mem-per-cpu=', `${memoryMbPerCpu(config)}M`)
    : directive('--mem=', `${parallel * config.memoryMbPerUnit}M`);
  const optional: readonly (readonly [option: string, value: string | number | null])[] = [
    ['--job-name=', writableName(config.jobName)],
    ['--constraint=', config.constraint],
    ['--gres=', config.gres],
    ['--gpus=', config.gpus],
    ['--time=', config.time],
    ['--account=', config.account],
    ['--exclude=', config.exclude],
    ['--nodelist=', config.nodelist],
    ['--nodes=', config.nodes],
  ];
  return [
    directive('--partition=', config.partition),
    directive('--ntasks=', String(parallel)),
    directive('--cpus-per-task=', String(config.cpusPerUnit)),
    memory,
    ...optional.flatMap(([option, value]) => (value === null ? [] : [directive(option, String(value))])),
  ];
}

function fileDirectives({ taskFolder, prefix }: ScriptRequest): string[] {
  const files = slurmFiles(prefix);
  const folder = patternOf(taskFolder);
  return [
    directive('--err=', `${folder}/${files.err(SLURM_JOB_ID_PATTERN)}`),
    directive('--out=', `${folder}/${files.out(SLURM_JOB_ID_PATTERN)}`),
    directive('-D ', taskFolder),
  ];
}

/** The fraction is cut, so the SLURM job may get a little less (contract: slurm.md oddity 16.11). */
export function memoryMbPerCpu({ memoryMbPerUnit, cpusPerUnit }: SlurmConfig): number {
  return Math.floor(memoryMbPerUnit / cpusPerUnit);
}

/** A folder inside the pattern of an output file, where `%` begins a replacement and a backslash turns all of them off. */
function patternOf(folder: string): string {
  if (!folder.startsWith('/') || folder.includes('\\')) {
    throw new SlurmConfigError('unsafe_text', `Invalid folder for a SLURM job: '${folder}' must be absolute and without backslashes.`);
  }
  return folder.replaceAll('%', '%%');
}

/** The name of a task may hold anything; that of a SLURM job is one line (oddity 16.9). */
function writableName(name: string): string {
  // oxlint-disable-next-line no-control-regex
  return [...name.replace(/[\u0000-\u001f\u007f]/g, '_')].slice(0, MAX_JOB_NAME_LENGTH).join('');
}

const MAX_JOB_NAME_LENGTH = 255;

/** sbatch refuses a script that begins with anything else. */
function requireShebang(line: string): string {
  if (line.startsWith('#!')) return requireLine('shebang_line', line, 'shebang_line');
  throw new SlurmConfigError('unsafe_text', 'Invalid shebang_line: it must begin with #!.', 'shebang_line');
}
