import {
  commandFault,
  DomainError,
  formFields,
  isPackageName,
  jsonText,
  lenientModel,
  nonEmptyString,
  nullable,
  optional,
  pythonVersion,
  string,
  stringDict,
  type Infer,
  type Json,
} from '@fractal-server/domain';
import { filePart, type FormFile } from '../../http/index.js';
import { wheelFileNameFault } from './wheel-file-name.js';

const text = optional(nullable(string()), null);

/** The form of a collection as it is sent (contract: api-execution 8.1). What its texts mean is judged by `readPipRequest`. */
export const collectPipForm = formFields('Body_collect_tasks_pip_api_v2_task_collect_pip__post', {
  package: text,
  package_version: text,
  package_extras: text,
  python_version: optional(nullable(pythonVersion), null),
  pinned_package_versions_pre: text,
  pinned_package_versions_post: text,
  file: optional(nullable(filePart()), null),
});
type CollectPipForm = Infer<typeof collectPipForm>;

/** A word of an installer's command line. */
const word = nonEmptyString({ maxLength: 4_096 }).refine(commandFault);
const packageName = word.refine((name) => (isPackageName(name) ? undefined : `'${name}' is not the name of a package.`));
const version = word.refine(versionFault);
const extras = word.refine((names) =>
  names.split(',').every((name) => isPackageName(name.trim())) ? undefined : `'${names}' are not names of extras, separated by commas.`,
);
const pins = jsonText(stringDict().refine(pinsFault));

const pipRequest = lenientModel(
  'TaskCollectPip',
  {
    package: optional(nullable(packageName), null),
    package_version: optional(nullable(version), null),
    package_extras: optional(nullable(extras), null),
    pinned_package_versions_pre: optional(nullable(pins), null),
    pinned_package_versions_post: optional(nullable(pins), null),
    file: optional(nullable(string().refine(wheelFileNameFault)), null),
  },
  {
    after: [
      ({ file, package: name }) => (file === null && name === null ? 'When no `file` is provided, `package` is required.' : undefined),
      ({ file, package: name }) => (file !== null && name !== null ? 'Cannot set `package` when `file` is provided.' : undefined),
      ({ file, package_version: wanted }) =>
        file !== null && wanted !== null ? 'Cannot set `package_version` when `file` is provided.' : undefined,
    ],
  },
);

/** What is to be collected. Either a name or a file is there, never both. */
export type PipRequest = Infer<typeof pipRequest>;

/**
 * Reads what the texts of a form mean.
 * @throws DomainError refused, one text for all that is wrong
 */
export function readPipRequest(form: CollectPipForm, file: FormFile | undefined): PipRequest {
  const texts = new Map<string, Json>(Object.entries({ ...form, file: file?.filename ?? null }));
  const outcome = pipRequest.validate(texts, []);
  if (outcome.ok) return outcome.value;
  const report = outcome.issues.map(({ loc, msg }) => (loc.length === 0 ? msg : `${loc.join('.')}: ${msg}`));
  throw new DomainError('refused', 'collection.form', `Invalid request-body\n${report.join('\n')}`);
}

function versionFault(given: string): string | undefined {
  return /^[\w.+-]+$/.test(given) ? undefined : `'${given}' is not a version.`;
}

/** Names may ask for extras: `name[extra]`. Anything else at the beginning of an argument could be an option. */
function pinsFault(pinned: ReadonlyMap<string, string>): string | undefined {
  for (const [name, wanted] of pinned) {
    const fault = commandFault(name.replaceAll(/[[\]]/g, '')) ?? commandFault(wanted) ?? versionFault(wanted);
    if (fault !== undefined) return fault;
    const parts = /^([^[\]]+)(?:\[([^[\]]+)\])?$/.exec(name);
    const names = parts === null ? [''] : [parts[1]!, ...(parts[2]?.split(',') ?? [])];
    if (!names.every((part) => isPackageName(part.trim()))) return `'${name}' is not the name of a package.`;
  }
  return undefined;
}
