import type { ClusterUser } from '@fractal-server/test-cluster';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What leads to a Python package index where it is not reached directly: mirrors, proxies, certificates. */
const SITE_VARIABLE = /^(PIP_.*|UV_.*|.*_PROXY|.*_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)$/;

/**
 * Gives the user's log-ins what this process has been told about the way to a Python package index: over SSH, nothing of the server's
 * environment is known.
 */
export function writeLoginEnvironment({ home, uid, gid }: ClusterUser, environment: NodeJS.ProcessEnv): void {
  const exports = Object.entries(environment)
    .filter(([name]) => SITE_VARIABLE.test(name))
    .map(([name, value = '']) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`);
  const file = join(home, '.bashrc');
  writeFileSync(file, exports.join(''), { mode: 0o600 });
  chownSync(file, uid, gid);
}
