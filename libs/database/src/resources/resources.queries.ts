import { DomainError, stringifyJson, type JsonInput, type JsonObject, type ResourceType } from '@fractal-server/domain';
import { sqlState, type Queryable } from '../connection/database.js';

/** A computational resource as it is stored. */
export interface Resource {
  readonly id: number;
  readonly type: ResourceType;
  readonly name: string;
  readonly timestampCreated: string;
  readonly host: string | null;
  readonly jobsLocalDir: string;
  readonly jobsRunnerConfig: JsonObject;
  readonly jobsSlurmPythonWorker: string | null;
  /** Seconds between two looks at the queue of a cluster. */
  readonly jobsPollInterval: number;
  readonly tasksLocalDir: string;
  readonly tasksPythonConfig: JsonObject;
  readonly tasksPixiConfig: JsonObject;
  readonly preventNewSubmissions: boolean;
  /** The settings that were named; the others have their defaults. */
  readonly settings: JsonObject;
}

/** A resource to be stored. */
export type ResourceData = Omit<Resource, 'id' | 'timestampCreated' | JsonField> & { readonly [N in JsonField]: JsonInput };
type JsonField = 'jobsRunnerConfig' | 'tasksPythonConfig' | 'tasksPixiConfig' | 'settings';

const COLUMNS = {
  type: 'type',
  name: 'name',
  host: 'host',
  jobsLocalDir: 'jobs_local_dir',
  jobsRunnerConfig: 'jobs_runner_config',
  jobsSlurmPythonWorker: 'jobs_slurm_python_worker',
  jobsPollInterval: 'jobs_poll_interval',
  tasksLocalDir: 'tasks_local_dir',
  tasksPythonConfig: 'tasks_python_config',
  tasksPixiConfig: 'tasks_pixi_config',
  preventNewSubmissions: 'prevent_new_submissions',
  settings: 'settings',
} as const satisfies Record<keyof ResourceData, string>;
const FIELDS = Object.keys(COLUMNS) as (keyof ResourceData)[];
const JSON_FIELDS: ReadonlySet<string> = new Set<JsonField>(['jobsRunnerConfig', 'tasksPythonConfig', 'tasksPixiConfig', 'settings']);

const SELECT = /* sql */ `
  select id, timestamp_created "timestampCreated", ${FIELDS.map((field) => `${COLUMNS[field]} "${field}"`).join(', ')} from resource`;

const UNIQUE_VIOLATION = '23505';
const STILL_REFERRED_TO = new Set(['23503', '23001']);

function parametersOf(resource: ResourceData): unknown[] {
  return FIELDS.map((field) => (JSON_FIELDS.has(field) ? stringifyJson(resource[field]) : resource[field]));
}

/** All resources by id. */
export async function listResources(database: Queryable): Promise<Resource[]> {
  return database.query<Resource>(`${SELECT} order by id`);
}

/** @throws {DomainError} `resource.not_found` */
export async function getResource(database: Queryable, resourceId: number): Promise<Resource> {
  return found(resourceId, await database.query<Resource>(`${SELECT} where id = $1`, [resourceId]));
}

/**
 * The resource, locked against changes by others until the transaction ends.
 *
 * @throws {DomainError} `resource.not_found`
 */
export async function lockResource(database: Queryable, resourceId: number): Promise<Resource> {
  return found(resourceId, await database.query<Resource>(`${SELECT} where id = $1 for update`, [resourceId]));
}

/** Seconds for which work may wait for a site that is full or away (`settings.max_wait_seconds`); null: without limit. */
export async function findMaxWaitSeconds(database: Queryable, resourceId: number): Promise<number | null> {
  const [row] = await database.query<{ seconds: number | null }>(
    `select (settings->>'max_wait_seconds')::float8 as seconds from resource where id = $1`,
    [resourceId],
  );
  return row?.seconds ?? null;
}

function found(resourceId: number, [resource]: readonly Resource[]): Resource {
  if (resource === undefined) throw new DomainError('notFound', 'resource.not_found', `Resource ${resourceId} not found`);
  return resource;
}

/** Stores a resource and returns its id. @throws {DomainError} `resource.name_taken` */
export async function insertResource(database: Queryable, resource: ResourceData): Promise<number> {
  const columns = FIELDS.map((field) => COLUMNS[field]).join(', ');
  const places = FIELDS.map((_, index) => `$${index + 1}`).join(', ');
  return refusingTakenNames(resource.name, async () => {
    const sql = `insert into resource (${columns}) values (${places}) returning id`;
    const [row] = await database.query<{ id: number }>(sql, parametersOf(resource));
    return row!.id;
  });
}

/** Overwrites a resource. @throws {DomainError} `resource.name_taken` */
export async function overwriteResource(database: Queryable, resourceId: number, resource: ResourceData): Promise<void> {
  const assignments = FIELDS.map((field, index) => `${COLUMNS[field]} = $${index + 2}`).join(', ');
  await refusingTakenNames(resource.name, () =>
    database.execute(`update resource set ${assignments} where id = $1`, [resourceId, ...parametersOf(resource)]),
  );
}

async function refusingTakenNames<T>(name: string, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new DomainError('refused', 'resource.name_taken', `Resource with name '${name}' already exists.`, { cause: error });
  }
}

/** @throws {DomainError} `resource.in_use` while a profile, project or task group refers to it */
export async function deleteResource(database: Queryable, resourceId: number): Promise<void> {
  try {
    await database.execute('delete from resource where id = $1', [resourceId]);
  } catch (error) {
    if (!STILL_REFERRED_TO.has(sqlState(error) ?? '')) throw error;
    const message = `IntegrityError for resource deletion. Original error:\n${(error as Error).message}`;
    throw new DomainError('refused', 'resource.in_use', message, { cause: error });
  }
}
