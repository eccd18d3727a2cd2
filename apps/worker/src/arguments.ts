import { parseArgs } from 'node:util';

/** What a worker is told on its command line. */
export interface WorkerArguments {
  /** Types of resources that it serves. */
  readonly backendTypes: readonly string[];
  /** Names of resources; null: all of these types. */
  readonly resourceNames: readonly string[] | null;
  /** Name of its place; null: as the environment says. */
  readonly place: string | null;
}

/** Types of resources for which this version has an executor. */
const BACKEND_TYPES: readonly string[] = ['local', 'slurm_sudo', 'slurm_ssh'];

/** Reads `--backend TYPE`, `--resource NAME` (both may be given several times) and `--place NAME`. @throws Error with the fix */
export function parseWorkerArguments(args: readonly string[]): WorkerArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      backend: { type: 'string', multiple: true, default: ['local'] },
      resource: { type: 'string', multiple: true },
      place: { type: 'string' },
    },
  });
  const unknown = values.backend.find((type) => !BACKEND_TYPES.includes(type));
  if (unknown !== undefined) throw new Error(`--backend ${unknown}: this version serves ${BACKEND_TYPES.join(', ')}`);
  if (values.place?.trim() === '') throw new Error('--place must not be empty');
  return { backendTypes: values.backend, resourceNames: values.resource ?? null, place: values.place ?? null };
}
