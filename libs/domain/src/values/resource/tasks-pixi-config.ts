import type { Json } from '../../json/json.js';
import { pythonRepr } from '../../python/repr.js';
import { list } from '../../validation/containers/list.js';
import { nullable } from '../../validation/containers/nullable.js';
import type { Invalid, IssueList, Place } from '../../validation/issue.js';
import { optional, required } from '../../validation/models/field.js';
import { lenientModel } from '../../validation/models/model.js';
import type { OpenApiComponents, OpenApiSchema } from '../../validation/open-api.js';
import { integer } from '../../validation/scalars/integer.js';
import { nonEmptyString, string } from '../../validation/scalars/string.js';
import { type Infer, Schema } from '../../validation/schema.js';
import { positiveInteger } from '../numbers.js';
import { stringDict } from '../text/string-dict.js';

const pixiMemory = nonEmptyString().refine((text) =>
  /[KMGT]$/.test(text) ? undefined : `Invalid memory requirement '${text}' for \`pixi\`, please set a K/M/G/T units suffix.`,
);

/** The SLURM job in which pixi environments are built (contract: auth-admin 10.3). */
export const pixiSlurmConfig = lenientModel(
  'PixiSLURMConfig',
  {
    partition: required(nonEmptyString()),
    cpus: required(positiveInteger()),
    mem: optional(nullable(pixiMemory), null),
    mem_per_cpu: optional(nullable(pixiMemory), null),
    time: required(nonEmptyString()),
    preamble: optional(list(string()), () => []),
  },
  {
    after: [
      ({ mem, mem_per_cpu: memPerCpu }) =>
        (mem === null) === (memPerCpu === null) ? 'You must set either `mem` or `mem_per_cpu`.' : undefined,
    ],
  },
);

/** The pixi releases of a resource by version: folders side by side, each named after its version, with `bin/pixi` in it. */
export const pixiSettings = lenientModel(
  'TasksPixiSettings',
  {
    versions: required(stringDict()),
    default_version: required(string()),
    PIXI_CONCURRENT_SOLVES: optional(integer(), 4),
    PIXI_CONCURRENT_DOWNLOADS: optional(integer(), 4),
    TOKIO_WORKER_THREADS: optional(integer(), 2),
    DEFAULT_ENVIRONMENT: optional(string(), 'default'),
    DEFAULT_PLATFORM: optional(string(), 'linux-64'),
    SLURM_CONFIG: optional(nullable(pixiSlurmConfig), null),
  },
  { after: [({ versions, default_version: byDefault }) => versionsFault(versions, byDefault)] },
);
export type PixiSettings = Infer<typeof pixiSettings>;

/** A resource without pixi: the empty object. */
export interface NoPixi {
  readonly versions?: undefined;
}

/** Pixi's settings, or `{}` where the resource has no pixi. */
export function tasksPixiConfig(): Schema<PixiSettings | NoPixi> {
  return PIXI_CONFIG;
}

class PixiConfigSchema extends Schema<PixiSettings | NoPixi> {
  check(input: Json, place: Place | undefined, issues: IssueList): PixiSettings | NoPixi | Invalid {
    if (!(input instanceof Map)) return issues.add('dict_type', place, 'Input should be a valid dictionary', input);
    return input.size === 0 ? {} : pixiSettings.check(input, place, issues);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { anyOf: [{ type: 'object', maxProperties: 0 }, pixiSettings.describe(components)] };
  }
}

function versionsFault(versions: ReadonlyMap<string, string>, byDefault: string): string | undefined {
  const defaultFolder = versions.get(byDefault);
  if (defaultFolder === undefined) return `Default version '${byDefault}' not in available version ${pythonRepr([...versions.keys()])}.`;
  const base = splitFolder(defaultFolder).parent;
  for (const [version, folder] of versions) {
    const { path, parent, name } = splitFolder(folder);
    if (parent !== base) return `pixi_path=PosixPath('${path}') is not located within the pixi_base_dir=PosixPath('${base}').`;
    if (name !== version) return `pixi_path.name='${name}' is not equal to key='${version}'`;
  }
  return undefined;
}

/** A folder as Python's `Path` sees it: blank and `.` components do not count, `..` does. */
function splitFolder(folder: string): { path: string; parent: string; name: string } {
  const root = folder.startsWith('/') ? '/' : '';
  const components = folder.split('/').filter((component) => component !== '' && component !== '.');
  const parent = components.slice(0, -1).join('/');
  return { path: root + components.join('/') || '.', parent: root + parent || '.', name: components.at(-1) ?? '' };
}

const PIXI_CONFIG = new PixiConfigSchema();
