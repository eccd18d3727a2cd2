import { nullable } from '../../validation/containers/nullable.js';
import { taggedUnion } from '../../validation/containers/union.js';
import { optional, required } from '../../validation/models/field.js';
import { lenientModel } from '../../validation/models/model.js';
import { literal } from '../../validation/scalars/choice.js';
import { nothing } from '../../validation/scalars/nothing.js';
import type { Infer } from '../../validation/schema.js';
import { absolutePath } from '../paths/local-paths.js';
import { resourceTypeInTexts } from '../resource/resource-type.js';
import { userName } from '../text/cluster-texts.js';
import { name } from '../text/names.js';

const absent = optional(nothing(), null);

const localProfile = lenientModel('ValidProfileLocal', {
  name: required(name()),
  resource_type: required(literal('local')),
  username: absent,
  ssh_key_path: absent,
  jobs_remote_dir: absent,
  tasks_remote_dir: absent,
  pixi_cache_dir: absent,
});

const slurmSudoProfile = lenientModel('ValidProfileSlurmSudo', {
  name: required(name()),
  resource_type: required(literal('slurm_sudo')),
  username: required(userName()),
  ssh_key_path: absent,
  jobs_remote_dir: absent,
  tasks_remote_dir: absent,
  pixi_cache_dir: absent,
});

const slurmSshProfile = lenientModel('ValidProfileSlurmSSH', {
  name: required(name()),
  resource_type: required(literal('slurm_ssh')),
  username: required(userName()),
  ssh_key_path: required(absolutePath()),
  jobs_remote_dir: required(absolutePath()),
  tasks_remote_dir: required(absolutePath()),
  pixi_cache_dir: optional(nullable(absolutePath()), null),
});

/** How a user acts on a resource, by the resource's type (contract: auth-admin 10.4). */
export const profileCreate = taggedUnion(
  { field: 'resource_type', tagInTexts: resourceTypeInTexts },
  { local: localProfile, slurm_sudo: slurmSudoProfile, slurm_ssh: slurmSshProfile },
);

export type LocalProfile = Infer<typeof localProfile>;
export type SlurmSudoProfile = Infer<typeof slurmSudoProfile>;
export type SlurmSshProfile = Infer<typeof slurmSshProfile>;
/** A valid profile, told apart by `resource_type`. */
export type ProfileCreate = Infer<typeof profileCreate>;
