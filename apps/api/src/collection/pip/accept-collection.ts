import {
  assignUpload,
  enqueueWork,
  findActivity,
  insertActivity,
  insertTaskGroup,
  sqlState,
  type Activity,
  type AddressedWork,
  type Database,
  type NewTaskGroup,
  type TaskGroup,
  type Transaction,
} from '@fractal-server/database';
import { DomainError, type JsonObject } from '@fractal-server/domain';
import { encodeCollectionSpec, type CollectionSpec } from '@fractal-server/environments';
import type { Host } from '@fractal-server/hosts';
import type { FormFile } from '../../http/index.js';
import { requireNewPackageVersion } from '../../task-groups/uniqueness.js';
import { chooseUserGroup } from '../../task-groups/user-group-choice.js';
import { API_VERSION } from '../../version.js';
import type { Collector } from '../collector.js';
import { choosePackage } from './choose-package.js';
import { choosePython } from './choose-python.js';
import type { PipRequest } from './collect-pip.schemas.js';
import { baseFolderOf, environmentFolder } from './environment-folder.js';

/** What is to be collected. */
export interface WantedPackage {
  readonly request: PipRequest;
  readonly pythonVersion: string | null;
  readonly file: FormFile | undefined;
}

/** An accepted collection. */
export interface AcceptedCollection {
  readonly activity: Activity;
  /** What to ring once the transaction is committed. */
  readonly work: AddressedWork;
}

/** Milliseconds that a look at a folder may take (design: files). */
const FOLDER_DEADLINE_MS = 5_000;
const UNIQUE_VIOLATION = '23505';

/**
 * Accepts a collection (contract: api-execution 8.1): task group, activity and line of work are stored in one transaction, which also takes
 * the uploaded wheel over. From the commit on the collection reaches exactly one end, whatever dies.
 * @throws DomainError for the first check that fails, in the contract's order
 */
export async function acceptCollection(
  database: Database,
  host: Host,
  collector: Collector,
  wanted: WantedPackage,
): Promise<AcceptedCollection> {
  const { viewer, resource, profile, visibility, defaultGroupName } = collector;
  const { request, file } = wanted;
  const python = choosePython(resource, wanted.pythonVersion);
  const chosen = await choosePackage(request);
  await chooseUserGroup(database, viewer, visibility, defaultGroupName);
  const baseFolder = baseFolderOf(resource, profile);
  const path = environmentFolder(baseFolder, viewer.userId, chosen);
  const isPathTaken = resource.type !== 'slurm_ssh' && (await host.stat(path, { deadlineMs: FOLDER_DEADLINE_MS })) !== null;
  const spec: CollectionSpec = {
    ...installerOf(resource.tasksPythonConfig),
    uvProgram: null,
    basePython: python.path,
    profileId: profile.id,
    baseFolder,
    upload: file === undefined || file.storedAs === null ? null : { id: file.storedAs, fileName: file.filename },
    epoch: Math.floor(Date.now() / 1_000),
  };
  const newGroup: NewTaskGroup = {
    ...chosen,
    userId: viewer.userId,
    resourceId: resource.id,
    active: true,
    path,
    venvPath: `${path}/venv`,
    pythonVersion: python.version,
    pipExtras: request.package_extras,
    pinnedPackageVersionsPre: request.pinned_package_versions_pre ?? new Map(),
    pinnedPackageVersionsPost: request.pinned_package_versions_post ?? new Map(),
  };
  return database.transaction(async (transaction) => {
    // Once more: in the transaction the group stays.
    const userGroupId = await chooseUserGroup(transaction, viewer, visibility, defaultGroupName);
    await requireNewPackageVersion(transaction, { ...viewer, resourceId: resource.id }, chosen, userGroupId);
    if (isPathTaken) throw new DomainError('refused', 'collection.path_taken', `${path} already exists.`);
    const group = await insertGroup(transaction, { ...newGroup, userGroupId });
    const { id: activityId, work } = await insertCollection(transaction, group, spec, resource.type);
    const activity = await findActivity(transaction, activityId);
    if (activity === null) throw new Error(`activity ${activityId} is not there in its own transaction`);
    return { activity, work };
  });
}

async function insertGroup(transaction: Transaction, group: NewTaskGroup): Promise<TaskGroup> {
  try {
    return await insertTaskGroup(transaction, group);
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new DomainError('refused', 'collection.path_registered', (error as Error).message, { cause: error });
  }
}

async function insertCollection(
  transaction: Transaction,
  { id: taskGroupId, userId, resourceId, pkgName, version }: TaskGroup,
  spec: CollectionSpec,
  backendType: string,
): Promise<{ id: number; work: AddressedWork }> {
  const id = await insertActivity(transaction, {
    userId,
    taskGroupId,
    resourceId,
    pkgName,
    version,
    action: 'collect',
    fractalServerVersion: API_VERSION,
    spec: encodeCollectionSpec(spec),
  });
  if (spec.upload !== null) await assignUpload(transaction, spec.upload.id, id);
  const work: AddressedWork = { kind: 'activity', id, backendType, resourceId, place: null };
  await enqueueWork(transaction, work);
  return { id, work };
}

/** How the resource builds environments, at this moment. */
function installerOf(config: JsonObject): Pick<CollectionSpec, 'installer' | 'uvVersion' | 'pipCacheDir'> {
  return {
    installer: config.get('installer') === 'uv' ? 'uv' : 'pip',
    uvVersion: textOrNull(config.get('uv_version')),
    pipCacheDir: textOrNull(config.get('pip_cache_dir')),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
