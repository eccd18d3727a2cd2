import { uniqueList } from '../../validation/containers/list.js';
import { union } from '../../validation/containers/union.js';
import type { Schema } from '../../validation/schema.js';
import { commandFault } from '../text/command.js';
import { absolutePath } from './local-paths.js';
import { s3Path } from './s3-path.js';

/** A folder for projects: an absolute path or an S3 path. The labels are the contract's (auth-admin 2.7). */
export function projectDir(): Schema<string> {
  return PROJECT_DIR;
}

/** The folders in which a user's projects may lie: at least one, all different, free of what a shell would act on. */
export function projectDirs(): Schema<string[]> {
  return PROJECT_DIRS;
}

const PROJECT_DIR = union(
  [
    'function-after[val_os_path_normpath(), function-after[val_no_dotdot_in_path(), function-after[val_absolute_path(), constrained-str]]]',
    absolutePath(),
  ],
  ['function-after[val_s3_url(), constrained-str]', s3Path()],
);

const PROJECT_DIRS = uniqueList(PROJECT_DIR, { minItems: 1 }).refine((dirs) => dirs.map(commandFault).find((fault) => fault !== undefined));
