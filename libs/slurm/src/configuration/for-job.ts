import { requireNoAccount } from '../script/account-directives.js';
import type { SlurmConfig } from './slurm-config.js';

/** What a job's request adds to the configuration of its runs. */
export interface JobAdditions {
  readonly slurmAccount: string | null;
  readonly workerInit: string | null;
}

/**
 * The lines that every script of the job gets (contract: slurm.md 1.1 step 2). Line ends of Windows, which browsers send, are not part of
 * them: SLURM refuses scripts that have any.
 * @throws SlurmConfigError `account_not_allowed` (oddity 16.6: in every spelling)
 */
export function commonScriptLines(workerInit: string | null): readonly string[] {
  if (workerInit === null) return [];
  const lines = workerInit.split(/\r?\n/);
  requireNoAccount(lines, '`worker_init`');
  return lines;
}

/**
 * The configuration with what the job's request adds: its account replaces all others, its common lines come last (contract: slurm.md 2.5
 * step 13).
 *
 * Difference: lines may repeat each other (oddity 16.5), or no `worker_init` could have two blocks that end with `fi`.
 * @throws SlurmConfigError `account_not_allowed`
 */
export function forJob(config: SlurmConfig, { slurmAccount, workerInit }: JobAdditions): SlurmConfig {
  return {
    ...config,
    account: slurmAccount ?? config.account,
    extraLines: [...config.extraLines, ...commonScriptLines(workerInit)],
  };
}
