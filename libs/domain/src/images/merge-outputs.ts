import { JobFailure } from '../errors/job-failure.js';
import { pythonKey } from '../json/python-equality.js';
import { repeatedUrls } from './image-lookup.js';
import type { ImageUpdate, RunOutput, TaskOutput } from './task-output.js';

/**
 * Merges the outputs of the units that did not fail, in index order: updates one after the other, equal ones (as Python compares) once;
 * removals as a set (contract: runner.md 6.3). Linear in the number of updates.
 */
export function mergeOutputs(outputs: Iterable<TaskOutput>): TaskOutput {
  const updates: ImageUpdate[] = [];
  const removals = new Set<string>();
  const firstOf = new Map<string, ImageUpdate>();
  /** What was said about images that are mentioned more than once: only they need to be compared. */
  const said = new Set<string>();
  for (const output of outputs) {
    for (const update of output.updates) {
      const first = firstOf.get(update.zarrUrl);
      if (first === undefined) firstOf.set(update.zarrUrl, update);
      else {
        const key = keyOf(update);
        if (said.add(keyOf(first)).has(key)) continue;
        said.add(key);
      }
      updates.push(update);
    }
    for (const zarrUrl of output.removals) removals.add(zarrUrl);
  }
  return { updates, removals: [...removals] };
}

/**
 * What a run does to the image list: what its good units say or, when they say nothing, an update of each of `impliedUrls` (contract:
 * runner.md 3.3; see `impliedUpdateUrls` for whose they are).
 * @throws JobFailure `non_unique_zarr_urls` when a URL is mentioned twice, updates and removals counted together
 */
export function outputOfRun(outputs: Iterable<TaskOutput>, impliedUrls: Iterable<string>): RunOutput {
  const merged = mergeOutputs(outputs);
  if (merged.updates.length === 0 && merged.removals.length === 0) {
    return { updates: Array.from(impliedUrls, emptyUpdate), removals: [], isImplied: true };
  }
  const repeated = repeatedUrls([...merged.updates.map(({ zarrUrl }) => zarrUrl), ...merged.removals]);
  if (repeated.length > 0) {
    const list = repeated.slice(0, 10).join(', ') + (repeated.length > 10 ? `, and ${repeated.length - 10} more` : '');
    throw new JobFailure('non_unique_zarr_urls', `The output of the task mentions an image more than once: ${list}`, 'unknown');
  }
  return { ...merged, isImplied: false };
}

/** Every URL whose image `applyOutput` may ask for: what must be loaded when the whole list is not at hand. */
export function urlsMentionedBy(output: TaskOutput): Set<string> {
  const urls = new Set(output.removals);
  for (const { zarrUrl, origin } of output.updates) {
    urls.add(zarrUrl);
    if (origin !== null) urls.add(origin);
  }
  return urls;
}

function emptyUpdate(zarrUrl: string): ImageUpdate {
  return { zarrUrl, origin: null, attributes: new Map(), types: new Map() };
}

function keyOf({ zarrUrl, origin, attributes, types }: ImageUpdate): string {
  return pythonKey([zarrUrl, origin, new Map(attributes), new Map(types)]);
}
