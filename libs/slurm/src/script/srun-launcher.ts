import type { SlurmConfig } from '../configuration/slurm-config.js';
import { memoryMbPerCpu } from './render-script.js';

/**
 * What precedes the command of each unit where a resource wants units as steps (`settings.unit_launcher`): one step with one unit's share
 * of the SLURM job (contract: slurm.md 4.1).
 */
export function srunLauncher(config: SlurmConfig): readonly string[] {
  const memory = config.useMemoryPerCpu ? `--mem-per-cpu=${memoryMbPerCpu(config)}MB` : `--mem=${config.memoryMbPerUnit}MB`;
  return ['srun', '--ntasks=1', `--cpus-per-task=${config.cpusPerUnit}`, memory];
}
