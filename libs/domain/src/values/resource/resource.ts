import { taggedUnion } from '../../validation/containers/union.js';
import { omittable, optional, required } from '../../validation/models/field.js';
import { lenientModel, type ModelOf } from '../../validation/models/model.js';
import { boolean } from '../../validation/scalars/boolean.js';
import { literal } from '../../validation/scalars/choice.js';
import { integer } from '../../validation/scalars/integer.js';
import { nothing } from '../../validation/scalars/nothing.js';
import type { Infer } from '../../validation/schema.js';
import { absolutePath } from '../paths/local-paths.js';
import { name } from '../text/names.js';
import { resourceSettings } from './resource-settings.js';
import { resourceTypeInTexts } from './resource-type.js';
import { localRunnerConfig, slurmRunnerConfig } from './runner-config.js';
import { tasksPixiConfig } from './tasks-pixi-config.js';
import { tasksPythonConfig } from './tasks-python-config.js';

// The order of the fields is that of the contract's error entries (auth-admin 10.1).

const tasksFields = {
  name: required(name()),
  tasks_python_config: required(tasksPythonConfig),
  tasks_pixi_config: required(tasksPixiConfig()),
  tasks_local_dir: required(absolutePath()),
  jobs_local_dir: required(absolutePath()),
} as const;

const commonFields = {
  jobs_poll_interval: optional(integer(), 5),
  prevent_new_submissions: optional(boolean(), false),
} as const;

const absent = optional(nothing(), null);

const localResource = lenientModel('ValidResourceLocal', {
  type: required(literal('local')),
  ...tasksFields,
  jobs_runner_config: required(localRunnerConfig),
  ...commonFields,
  jobs_slurm_python_worker: absent,
  host: absent,
  settings: omittable(resourceSettings),
});

const slurmSudoResource = lenientModel('ValidResourceSlurmSudo', {
  type: required(literal('slurm_sudo')),
  ...tasksFields,
  jobs_runner_config: required(slurmRunnerConfig),
  ...commonFields,
  jobs_slurm_python_worker: required(absolutePath()),
  host: absent,
  settings: omittable(resourceSettings),
});

const slurmSshFields = {
  type: required(literal('slurm_ssh')),
  ...tasksFields,
  jobs_runner_config: required(slurmRunnerConfig),
  ...commonFields,
  host: required(name()),
  jobs_slurm_python_worker: required(absolutePath()),
  settings: omittable(resourceSettings),
} as const;

const slurmSshResource = lenientModel('ValidResourceSlurmSSH', slurmSshFields, { after: [pixiJobFault] });

/** Over SSH, pixi environments are built in a SLURM job, which must be described. */
function pixiJobFault({ tasks_pixi_config: pixi }: ModelOf<typeof slurmSshFields>): string | undefined {
  return pixi.versions !== undefined && pixi.SLURM_CONFIG === null ? '`tasks_pixi_config` must include `SLURM_CONFIG`.' : undefined;
}

/**
 * A computational resource as an admin describes it, and as it must be stored to be of use: all defaults are expanded
 * (contract: auth-admin 10.1).
 */
export const resourceCreate = taggedUnion(
  { field: 'type', tagInTexts: resourceTypeInTexts },
  { local: localResource, slurm_sudo: slurmSudoResource, slurm_ssh: slurmSshResource },
);

export type LocalResource = Infer<typeof localResource>;
export type SlurmSudoResource = Infer<typeof slurmSudoResource>;
export type SlurmSshResource = Infer<typeof slurmSshResource>;
/** A valid resource, told apart by `type`. */
export type ResourceCreate = Infer<typeof resourceCreate>;
