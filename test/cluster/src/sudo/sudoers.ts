import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runChecked } from '../processes/run.js';
import { replaceByShims } from '../shims/shims.js';
import type { ClusterUser } from '../users/cluster-user.js';

/** A file in /etc/sudoers.d that is removed with its cluster at the latest. */
export interface InstalledSudoers {
  readonly file: string;
  remove(): void;
}

/** Where a sudoers file is needed. */
export interface SudoersPlace {
  readonly name: string;
  readonly folder: string;
  readonly service: ClusterUser;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Installs rules for sudo, when `visudo` finds nothing wrong with them, followed by what only this cluster needs: that sudo keeps SLURM_CONF,
 * and finds SLURM's commands where the cluster has them (sudo ignores the PATH of its caller).
 * @throws Error with visudo's words
 */
export async function installSudoers({ name, folder, service, env }: SudoersPlace, rules: string): Promise<InstalledSudoers> {
  const forThisCluster = [`Defaults:${service.name} env_keep += "SLURM_CONF"`, `Defaults:${service.name} secure_path="${env['PATH']}"`];
  const text = [replaceByShims(folder, rules).trimEnd(), ...forThisCluster, ''].join('\n');
  // sudo skips names with a dot.
  const id = `ftc-${name}-${randomBytes(3).toString('hex')}`;
  const draft = join(folder, id);
  writeFileSync(draft, text, { mode: 0o440 });
  await runChecked(['visudo', '--check', '--file', draft]);
  rmSync(draft);
  const file = join('/etc/sudoers.d', id);
  appendFileSync(join(folder, 'ledger', 'sudoers'), `${file}\n`);
  writeFileSync(file, text, { mode: 0o440 });
  return { file, remove: () => rmSync(file, { force: true }) };
}
