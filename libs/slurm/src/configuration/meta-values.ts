import { integer, JsonFloat, pythonRepr, readMemory, type Json } from '@fractal-server/domain';
import { SlurmConfigError } from './slurm-config-error.js';

/**
 * Memory of a unit in MB, as a workflow task's meta may give it: an integer as it is, or digits with an optional `M`, `G` (1000) or `T`
 * (1000000), without blanks (contract: slurm.md 2.4). Python's booleans are integers.
 * @throws SlurmConfigError `invalid_value`
 */
export function readMetaMemory(value: Json): number {
  const megabytes = typeof value === 'boolean' ? Number(value) : typeof value === 'string' ? readMemory(value) : value;
  if (typeof megabytes === 'number' && Number.isSafeInteger(megabytes)) return megabytes;
  throw invalid('mem', value, 'an integer (MB), or digits with M, G or T (valid examples: 93, 71M, 93G, 71T)');
}

/**
 * CPUs of a unit: whatever can be cut to an integer, also as text (contract: slurm.md 2.5 step 4).
 * @throws SlurmConfigError `invalid_value`
 */
export function readMetaCpus(value: Json): number {
  const number = value instanceof JsonFloat ? value.value : typeof value === 'number' ? value : readLaxInteger(value);
  if (number !== undefined && Number.isFinite(number)) return Math.trunc(number);
  throw invalid('cpus_per_task', value, 'an integer');
}

/**
 * Whether the meta asks for the resource's GPU configuration: a boolean, or `true` and `false` as text in any case (contract: slurm.md 2.5
 * step 3).
 * @throws SlurmConfigError `invalid_value`
 */
export function readNeedsGpu(value: Json | undefined): boolean {
  if (value === undefined) return false;
  const word = typeof value === 'string' ? value.toLowerCase() : String(value);
  if ((typeof value === 'boolean' || typeof value === 'string') && (word === 'true' || word === 'false')) return word === 'true';
  throw invalid('needs_gpu', value, 'true or false');
}

/**
 * A text that SLURM reads; null and an absent key say nothing.
 * @throws SlurmConfigError `invalid_value`, also for numbers (contract: slurm.md 2.5, type check)
 */
export function readMetaText(key: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalid(key, value, 'a text');
}

/**
 * An integer, also as text; null and an absent key say nothing.
 * @throws SlurmConfigError `invalid_value`
 */
export function readMetaInteger(key: string, value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const read = readLaxInteger(value);
  if (read !== undefined) return read;
  throw invalid(key, value, 'an integer');
}

/**
 * Lines for the script; an absent key says nothing.
 * @throws SlurmConfigError `invalid_value`
 */
export function readMetaLines(value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value;
  throw invalid('extra_lines', value, 'a list of texts');
}

const LAX_INTEGER = integer();

function readLaxInteger(value: Json): number | undefined {
  const outcome = LAX_INTEGER.validate(value, []);
  return outcome.ok ? outcome.value : undefined;
}

function invalid(field: string, value: Json, expected: string): SlurmConfigError {
  return new SlurmConfigError(
    'invalid_value',
    `Invalid ${field} in the task's meta: it must be ${expected}, not ${pythonRepr(value)}.`,
    field,
  );
}
