import { pythonRepr } from '../../python/repr.js';
import { dict } from '../../validation/containers/dict.js';
import { nullable } from '../../validation/containers/nullable.js';
import { omittable, optional, required } from '../../validation/models/field.js';
import { lenientModel } from '../../validation/models/model.js';
import { literal } from '../../validation/scalars/choice.js';
import { nonEmptyString } from '../../validation/scalars/string.js';
import type { Infer } from '../../validation/schema.js';
import { absolutePath } from '../paths/local-paths.js';

/** The Python versions for which task environments can be built, oldest first. */
export const PYTHON_VERSIONS = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'] as const;
export type PythonVersion = (typeof PYTHON_VERSIONS)[number];

/** One of the supported Python versions. */
export const pythonVersion = literal(...PYTHON_VERSIONS);

/** What builds the environments of a resource. A resource that names none uses `pip`. */
export const environmentInstaller = literal('pip', 'uv');
export type EnvironmentInstaller = Infer<typeof environmentInstaller>;

/**
 * The interpreters that a resource offers (contract: auth-admin 10.3), and two additions of ours, absent where not named: `installer`, and
 * `uv_version`, the release of uv that is fetched where none is installed.
 */
export const tasksPythonConfig = lenientModel(
  'TasksPythonSettings',
  {
    default_version: required(nonEmptyString()),
    versions: required(dict(pythonVersion, absolutePath())),
    pip_cache_dir: optional(nullable(absolutePath()), null),
    installer: omittable(environmentInstaller),
    uv_version: omittable(nonEmptyString({ pattern: /^\d+(?:\.\d+)*$/, maxLength: 64 })),
  },
  {
    after: [
      ({ default_version: byDefault, versions }) =>
        (versions as ReadonlyMap<string, string>).has(byDefault)
          ? undefined
          : `The default Python version ('${byDefault}') is not available in ${pythonRepr([...versions.keys()])}.`,
    ],
  },
);
export type TasksPythonConfig = Infer<typeof tasksPythonConfig>;
