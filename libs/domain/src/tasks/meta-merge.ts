import type { Json, JsonObject } from '../json/json.js';
import { pythonEquals } from '../json/python-equality.js';

/**
 * Meta of a new workflow task: its task's default overlaid by the given one, key by key; nothing at all is null (contract:
 * api-data-model.md WT1).
 */
export function metaOfNewWorkflowTask(taskDefault: JsonObject | null, given: JsonObject | null): JsonObject | null {
  const meta = new Map<string, Json>([...(taskDefault ?? []), ...(given ?? [])]);
  return meta.size === 0 ? null : meta;
}

/**
 * Meta of a workflow task whose task is replaced: what the user had changed against the old task's default is carried over to the new
 * one's (contract: api-data-model.md WT5).
 */
export function metaAfterReplacement(
  oldDefault: JsonObject | null,
  old: JsonObject | null,
  newDefault: JsonObject | null,
): JsonObject | null {
  if (oldDefault === null) return old;
  if (old === null) return newDefault;
  const meta = new Map<string, Json>(newDefault ?? []);
  for (const [key, value] of old) {
    // A key that the old default lacks compares as null there, so an added null counts as unchanged.
    if (!pythonEquals(value, oldDefault.get(key) ?? null)) meta.set(key, value);
  }
  for (const key of oldDefault.keys()) if (!old.has(key)) meta.delete(key);
  return meta;
}
