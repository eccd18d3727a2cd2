import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../terminal/duration.js';
import { LiveLines, type Output } from '../terminal/live-lines.js';
import type { ApiClient } from './api-client.js';
import { DemoError } from './demo-error.js';
import type { DemoSite } from './demo-site.js';
import { reasonOf } from './reason-of.js';
import type { ActivityRead, TaskGroupRead } from './wire.js';

/** A task package on the Python package index. */
export interface TaskPackage {
  readonly name: string;
  readonly version: string;
}

const POLL_INTERVAL_MS = 500;
const LOG_TAIL_CHARACTERS = 1_500;
const STEP = 'collect the task packages';

/** Collects packages side by side; those that are there already, or on their way, are not collected again. */
export async function collectPackages(
  { api, keepsTasksPrivate }: Pick<DemoSite, 'api' | 'keepsTasksPrivate'>,
  packages: readonly TaskPackage[],
  pythonVersion: string,
  output: Output,
): Promise<void> {
  const started = Date.now();
  const lines = new LiveLines(output);
  const activities = await Promise.all(packages.map((wanted) => startCollection(api, wanted, pythonVersion, keepsTasksPrivate)));
  for (;;) {
    const seen = await Promise.all(activities.map((activity) => readActivity(api, activity)));
    const clock = formatDuration(Date.now() - started);
    lines.show(
      packages.map(({ name, version }, index) => {
        const status = seen[index]?.status ?? 'already there';
        return { state: status, text: `  ${name} ${version}`.padEnd(42) + `${status}`.padEnd(16) + clock };
      }),
    );
    const failed = seen.find((activity) => activity?.status === 'failed');
    if (failed !== undefined) throw collectionFailed(failed, pythonVersion);
    if (seen.every((activity) => activity === undefined || activity.status === 'OK')) return;
    await sleep(POLL_INTERVAL_MS);
  }
}

/** The Python of the environment that a package was collected into. */
export async function environmentPython(api: ApiClient, wanted: TaskPackage): Promise<string> {
  const group = await findGroup(api, wanted);
  if (group?.venv_path == null) throw new DemoError('read the result', `${wanted.name} has no environment.`, 'Collect it again.');
  return `${group.venv_path}/bin/python`;
}

async function startCollection(
  api: ApiClient,
  wanted: TaskPackage,
  pythonVersion: string,
  isPrivate: boolean,
): Promise<ActivityRead | undefined> {
  const underWay = await findActivityUnderWay(api, wanted);
  if (underWay !== undefined) return underWay;
  if ((await findGroup(api, wanted))?.active === true) return undefined;
  try {
    const form = { package: wanted.name, package_version: wanted.version, python_version: pythonVersion };
    return await api.postForm<ActivityRead>('/api/v2/task/collect/pip/', form, { private: isPrivate });
  } catch (cause) {
    throw new DemoError(STEP, reasonOf(cause), INDEX_ADVICE, { cause });
  }
}

async function findActivityUnderWay(api: ApiClient, { name, version }: TaskPackage): Promise<ActivityRead | undefined> {
  const activities = await api.get<ActivityRead[]>('/api/v2/task-group/activity/', { pkg_name: name, action: 'collect' });
  return activities.find(
    (activity) =>
      activity.pkg_name === name && activity.version === version && (activity.status === 'pending' || activity.status === 'ongoing'),
  );
}

async function findGroup(api: ApiClient, { name, version }: TaskPackage): Promise<TaskGroupRead | undefined> {
  const packages = await api.get<[string, TaskGroupRead[]][]>('/api/v2/task-group/');
  return packages.flatMap(([, groups]) => groups).find((group) => group.pkg_name === name && group.version === version);
}

async function readActivity(api: ApiClient, activity: ActivityRead | undefined): Promise<ActivityRead | undefined> {
  return activity === undefined ? undefined : api.get<ActivityRead>(`/api/v2/task-group/activity/${activity.id}/`);
}

const INDEX_ADVICE =
  'Check that the Python package index can be reached. A mirror is named in pip.conf, or with PIP_INDEX_URL, in the environment of this command.';

function collectionFailed({ pkg_name: name, version, log }: ActivityRead, pythonVersion: string): DemoError {
  const tail = (log ?? '').trim().slice(-LOG_TAIL_CHARACTERS);
  return new DemoError(
    STEP,
    `${name} ${version} could not be installed with Python ${pythonVersion}. The end of its log:\n${tail}\n`,
    `${INDEX_ADVICE} If the log names a package without a wheel for Python ${pythonVersion}, install Python 3.12 and start with a new --data folder.`,
  );
}
