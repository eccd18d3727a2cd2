import type { SlurmConfig } from './slurm-config.js';
import { formatTimeLimit, timeLimitSeconds } from './time-limit.js';

/** By how much a SLURM job may take more than the one before it. */
export interface Growth {
  readonly memoryFactor: number;
  readonly timeFactor: number;
}

/**
 * What a batch asks for when it is tried again after a limit of its own: more memory, up to what the resource allows for a SLURM job, and more
 * time. A time that is no number (`UNLIMITED`) stays.
 * @param maxMemoryMb most memory of a SLURM job, over all units that run at once
 */
export function growForRetry(config: SlurmConfig, { memoryFactor, timeFactor }: Growth, maxMemoryMb: number): SlurmConfig {
  const wanted = Math.ceil(config.memoryMbPerUnit * memoryFactor);
  const allowed = Math.floor(maxMemoryMb / config.unitsAtOnce);
  const seconds = config.time === null ? null : timeLimitSeconds(config.time);
  return {
    ...config,
    memoryMbPerUnit: Math.max(config.memoryMbPerUnit, Math.min(wanted, allowed)),
    time: seconds === null || timeFactor === 1 ? config.time : formatTimeLimit(seconds * timeFactor),
  };
}
