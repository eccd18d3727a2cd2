import type { Json, JsonObject } from '../json/json.js';
import type { ParallelizationItem } from './output-schemas.js';
import { isConverter, type TaskType } from './task-type.js';

/** Arguments as a workflow task stores them; null counts as none. */
type StoredArguments = JsonObject | null;

/**
 * What the one unit of a non-parallel task, or of the init part of a compound one, is given (contract: runner.md 4.1). Key order is that of
 * the contract; where a stored argument has a reserved name, the later of the two wins at the earlier one's place.
 */
export function nonParallelArguments(type: TaskType, zarrDir: string, zarrUrls: readonly string[], stored: StoredArguments): JsonObject {
  const given = new Map<string, Json>([['zarr_dir', zarrDir], ...(stored ?? [])]);
  return isConverter(type) ? given : given.set('zarr_urls', [...zarrUrls]);
}

/** What a unit of a parallel task is given. */
export function parallelArguments(zarrUrl: string, stored: StoredArguments): JsonObject {
  return new Map<string, Json>([['zarr_url', zarrUrl], ...(stored ?? [])]);
}

/** What a unit of the compute part of a compound task is given. */
export function computeArguments(item: ParallelizationItem, stored: StoredArguments): JsonObject {
  return new Map<string, Json>([['zarr_url', item.zarrUrl], ['init_args', item.initArgs], ...(stored ?? [])]);
}
