import { VARIABLE_NAME } from '../../text/plain-text.js';
import { list } from '../../validation/containers/list.js';
import { nullable } from '../../validation/containers/nullable.js';
import { omittable } from '../../validation/models/field.js';
import { strictModel } from '../../validation/models/model.js';
import { boolean } from '../../validation/scalars/boolean.js';
import { literal } from '../../validation/scalars/choice.js';
import { float } from '../../validation/scalars/float.js';
import { integer } from '../../validation/scalars/integer.js';
import { string } from '../../validation/scalars/string.js';
import type { Infer } from '../../validation/schema.js';
import { positiveInteger } from '../numbers.js';

const variableName = string({ maxLength: 256, pattern: VARIABLE_NAME });
const growthFactor = float().refine((factor) => (factor >= 1 ? undefined : 'A factor must be at least 1'));

/**
 * What a resource can be told beyond the contract: the optional object `settings`. An absent object or key leaves the setting as it is
 * (`DEFAULT_RESOURCE_SETTINGS` at first).
 */
export const resourceSettings = strictModel('ResourceSettings', {
  /** Names of the worker's environment variables that tasks may see. */
  task_environment: omittable(list(variableName)),
  /** Whether units that had started run again after their attempt was lost for a site's reason. For tasks that overwrite their output. */
  retry_lost_units: omittable(boolean()),
  /** How often at most a unit is started again. */
  retry_max: omittable(integer({ ge: 0 })),
  /** By how much memory grows with each retry, within the batching limits. */
  retry_memory_factor: omittable(growthFactor),
  /** By how much the time limit grows with each retry. */
  retry_time_factor: omittable(growthFactor),
  /** How units start within a SLURM job: as processes of the unit runner, or each as a step of its own. */
  unit_launcher: omittable(literal('exec', 'srun')),
  /** How many units run at a time on a local resource, over all jobs; null: as many as there are cores. */
  local_slots: omittable(nullable(positiveInteger())),
  /** How long work may wait for a full site before it fails, in seconds; null: without limit. */
  max_wait_seconds: omittable(nullable(integer({ ge: 0 }))),
});

/** All settings of a resource. */
export type ResourceSettings = Required<Infer<typeof resourceSettings>>;

/** The settings of a resource that was told nothing. */
export const DEFAULT_RESOURCE_SETTINGS: Readonly<ResourceSettings> = {
  task_environment: [],
  retry_lost_units: false,
  retry_max: 3,
  retry_memory_factor: 1,
  retry_time_factor: 1,
  unit_launcher: 'exec',
  local_slots: null,
  max_wait_seconds: null,
};
