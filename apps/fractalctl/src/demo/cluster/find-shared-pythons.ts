import type { Cluster, ClusterUser } from '@fractal-server/test-cluster';
import { DemoError } from '../demo-error.js';

const COMMANDS = ['python3.12', 'python3.11', 'python3.13', 'python3.14', 'python3'];
const QUESTION = 'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)';
/** Not root's own: what lies in a closed home folder runs nowhere else. */
const PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * Interpreters that a user of the cluster finds and can run, by version (`3.11`).
 * @throws DemoError when there is none
 */
export async function findSharedPythons(cluster: Cluster, user: ClusterUser): Promise<Map<string, string>> {
  const askAll = 'for command; do "$command" -I -c "$0" 2>/dev/null; done; :';
  const { stdout } = await cluster.runAs(user, ['sh', '-c', askAll, QUESTION, ...COMMANDS], { env: { PATH } });
  const pythons = new Map<string, string>();
  for (const line of stdout.trim().split('\n')) {
    const [, version, path] = /^(\S+) (\/.+)$/.exec(line) ?? [];
    if (version !== undefined && path !== undefined && !pythons.has(version)) pythons.set(version, path);
  }
  if (pythons.size > 0) return pythons;
  const reason = `the users of the cluster find no python3 in ${PATH}.`;
  throw new DemoError('find a Python for tasks', reason, 'Install one, for example with "apt-get install python3".');
}
