import type { Json, JsonObject, SlurmConfigSet } from '@fractal-server/domain';

/** A configuration set together with the keys that its stored form has. */
export interface GivenConfigSet {
  readonly values: SlurmConfigSet;
  readonly keys: readonly (keyof SlurmConfigSet)[];
}

/** The set with the keys of the object that it was read from. */
export function givenConfigSet(values: SlurmConfigSet, stored: JsonObject): GivenConfigSet {
  const keys = [...stored.keys()].filter((key): key is keyof SlurmConfigSet => key in values);
  return { values, keys };
}

/** Without these there is no SLURM job: that the GPU set says nothing of them never takes the default away. */
const INDISPENSABLE: ReadonlySet<keyof SlurmConfigSet> = new Set(['partition', 'cpus_per_task', 'mem']);

/**
 * The default set overlaid by the GPU set: every key that its stored form has, also with null (contract: slurm.md 2.2, 2.5 step 3). A
 * resource is stored with all keys, so a GPU set normally replaces everything, which keeps a constraint or a node list of the CPU nodes
 * away from the GPU partition.
 *
 * Difference: null replaces neither partition nor CPUs, which would fail every task (oddity 16.4); the contract spares memory only.
 */
export function overlayGpuSet(defaults: SlurmConfigSet, gpu: GivenConfigSet): SlurmConfigSet {
  const replacing = gpu.keys.filter((key) => !INDISPENSABLE.has(key) || isSet(gpu.values[key]));
  return { ...defaults, ...Object.fromEntries(replacing.map((key) => [key, gpu.values[key]])) };
}

/** Zero memory is written by some to say nothing. */
function isSet(value: Json): boolean {
  return value !== null && value !== 0;
}
