import { type JsonInput, type JsonObject } from '@fractal-server/domain';
import type { SlurmConfig } from '@fractal-server/slurm';

/** What the batches of a phase ask SLURM for, as it is kept with them. */
export function storeSlurmConfig(config: SlurmConfig): JsonInput {
  return { ...config } as unknown as JsonInput;
}

/** Reads what {@link storeSlurmConfig} wrote. */
export function readSlurmConfig(batchSpec: JsonObject): SlurmConfig {
  const stored = batchSpec.get('execution') as JsonObject;
  return Object.fromEntries(stored) as unknown as SlurmConfig;
}
