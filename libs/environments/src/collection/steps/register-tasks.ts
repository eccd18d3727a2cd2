import { insertTasks, moveActivity, setEnvironmentInfo, type NextLook } from '@fractal-server/database';
import { collectionFailPoints } from '../../fail-points.js';
import { attemptsFolder, type CollectionLook } from '../collection-context.js';
import { installationAnswers } from '../installation-plan.js';
import { readLocatedPackage } from '../located-package.js';
import { logLine } from '../move-on.js';
import { readInstalledTasks } from '../read-installed-tasks.js';

/** The last step of a collection: its tasks appear, and it is OK, in one transaction. */
export async function registerTasks({ site, collection, lease }: CollectionLook): Promise<NextLook> {
  const { activity, group, spec } = collection;
  const { host } = site;
  const calls = await lease.beforeEffect();
  const answers = installationAnswers(collection);
  const located = readLocatedPackage((await host.readFile(answers.locationPath, calls)).toString('utf8'), group.pkgName);
  const environmentInfo = (await host.readFile(answers.freezePath, calls)).toString('utf8');
  const source = { ...located, python: `${group.venvPath}/bin/python`, version: group.version };
  const tasks = await readInstalledTasks(host, source, calls);
  await host.remove(attemptsFolder(site, spec, activity), calls);
  const log = [
    logLine('INFO', `Registered ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'} from ${located.manifestPath}`),
    logLine('INFO', 'END collection'),
  ];
  await collectionFailPoints.around('register_tasks', () =>
    lease.transaction(async (transaction) => {
      await insertTasks(transaction, group.id, tasks);
      await setEnvironmentInfo(transaction, group.id, environmentInfo);
      await moveActivity(transaction, activity, { step: null, status: 'OK', log });
    }),
  );
  return 'closed';
}
