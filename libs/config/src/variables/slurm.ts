import { integer } from '../variable-kinds.js';

/** When a SLURM job that is not seen counts as gone (resources of types `slurm_sudo` and `slurm_ssh`). */
export const slurmVariables = {
  settleSeconds: integer({
    name: 'FRACTAL_SLURM_SETTLE_SECONDS',
    byDefault: 200,
    min: 1,
    description:
      'A submission without an answer may still be on its way for this many seconds: 180 that `sbatch` may live on, and twice the `MessageTimeout` of SLURM.',
  }),
  confirmSeconds: integer({
    name: 'FRACTAL_SLURM_CONFIRM_SECONDS',
    byDefault: 60,
    min: 1,
    description:
      'Without accounting a SLURM job is gone when the controller has said twice that it does not know it, at least this many seconds apart.',
  }),
} as const;
