import type { AccountingOptions } from '../options.js';
import { runChecked } from '../processes/run.js';
import type { ClusterUser } from '../users/cluster-user.js';

const DEFAULT_ACCOUNTS: NonNullable<AccountingOptions['accounts']> = [{ name: 'lab' }];

/** Tells slurmdbd of the cluster, its QOS and its accounts. */
export async function createAssociations(
  env: Readonly<Record<string, string>>,
  cluster: string,
  options: AccountingOptions,
): Promise<void> {
  const { accounts = DEFAULT_ACCOUNTS, qos = [] } = options;
  await sacctmgr(env, ['add', 'cluster', cluster]);
  for (const { name, limits = [] } of qos) await sacctmgr(env, ['add', 'qos', name, ...limits]);
  const allQos = ['normal', ...qos.map(({ name }) => name)].join(',');
  for (const { name, limits = [] } of accounts)
    await sacctmgr(env, ['add', 'account', name, `cluster=${cluster}`, `qos=${allQos}`, ...limits]);
}

/** Makes users members of all accounts. */
export async function associateUsers(
  env: Readonly<Record<string, string>>,
  { accounts = DEFAULT_ACCOUNTS, userLimits = [] }: AccountingOptions,
  users: readonly ClusterUser[],
): Promise<void> {
  if (users.length === 0) return;
  const names = accounts.map(({ name }) => name);
  const limits = [`account=${names.join(',')}`, `defaultaccount=${names[0]}`, ...userLimits];
  await sacctmgr(env, ['add', 'user', users.map(({ name }) => name).join(','), ...limits]);
}

/** Runs `sacctmgr` without its question whether one is sure. @throws Error when it fails */
export async function sacctmgr(env: Readonly<Record<string, string>>, words: readonly string[]): Promise<string> {
  return runChecked(['sacctmgr', '--immediate', ...words], { env });
}
