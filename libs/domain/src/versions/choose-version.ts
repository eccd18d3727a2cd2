import { DomainError } from '../errors/domain-error.js';
import { parseVersion, type Version } from './pep440.js';
import { compareVersions } from './version-order.js';

/** What a person can do when the index does not settle a version (contract: task-environments.md 4.3). */
export function versionHint(packageName: string): string {
  return `Hint: specify the required version for '${packageName}'.`;
}

/**
 * The version of a package to collect, out of those that the index lists. None requested: the newest, pre-releases included. One that is
 * listed: that one, as written. Otherwise the newest of those that begin with the requested text.
 *
 * Differences (contract: task-environments.md 18.1, 18.2): among versions that begin with `1.`, `1.10` wins over `1.9`, and a listed
 * version that PEP 440 cannot read is passed over instead of blocking the package.
 *
 * @throws DomainError `package.version_not_found` when nothing fits
 */
export function choosePackageVersion(packageName: string, listed: readonly string[], requested: string | null): string {
  if (requested !== null && listed.includes(requested)) return requested;
  const newest = newestVersion(requested === null ? listed : listed.filter((version) => version.startsWith(requested)));
  if (newest !== undefined) return newest;
  const reason =
    requested === null ? 'Cannot find latest version: the package index lists none.' : `No version starting with ${requested} found.`;
  throw new DomainError('refused', 'package.version_not_found', `${reason}\n${versionHint(packageName)}`);
}

function newestVersion(texts: readonly string[]): string | undefined {
  let newest: { readonly text: string; readonly version: Version } | undefined;
  for (const text of texts) {
    const version = parseVersion(text);
    if (version === undefined) continue;
    if (newest === undefined || compareVersions(version, newest.version) > 0) newest = { text, version };
  }
  return newest?.text;
}
