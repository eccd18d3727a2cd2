import type { Json } from '../json/json.js';
import { pythonSetRepr } from '../python/repr.js';
import { anyJson } from '../validation/containers/anything.js';
import { trimmedDict } from '../validation/containers/dict.js';
import type { Schema } from '../validation/schema.js';

/** An object of anything, its own keys trimmed (contract: api-data-model 2, DictAny). */
export function jsonDict(): Schema<Map<string, Json>> {
  return JSON_DICT;
}

/** Arguments of a workflow task: anything but the names that the server sets itself (contract: api-data-model 2, WftArgs). */
export function taskArguments(): Schema<Map<string, Json>> {
  return TASK_ARGUMENTS;
}

const RESERVED_ARGUMENTS = ['zarr_dir', 'zarr_url', 'zarr_urls', 'init_args'];

function reservedFault(args: ReadonlyMap<string, Json>): string | undefined {
  const reserved = RESERVED_ARGUMENTS.filter((argument) => args.has(argument));
  return reserved.length === 0 ? undefined : `\`args\` contains the following forbidden keys: ${pythonSetRepr(reserved)}`;
}

const JSON_DICT = trimmedDict(anyJson());
const TASK_ARGUMENTS = JSON_DICT.refine(reservedFault);
