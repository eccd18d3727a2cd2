import type { Profile, Resource } from '@fractal-server/database';
import { absolutePath, DomainError } from '@fractal-server/domain';
import type { ChosenPackage } from './choose-package.js';

/** Folder below which all task environments of a resource lie (contract: task-environments 3). */
export function baseFolderOf(resource: Resource, profile: Profile): string {
  return resource.type === 'slurm_ssh' ? (profile.tasksRemoteDir ?? '') : resource.tasksLocalDir;
}

/**
 * Folder of a new task group: `<base>/<user id>/<package>/<version>`.
 * @throws DomainError refused when name or version make it lie elsewhere
 */
export function environmentFolder(base: string, userId: number, { pkgName, version }: ChosenPackage): string {
  const path = `${base}/${userId}/${pkgName}/${version}`;
  const outcome = absolutePath().validate(path, []);
  const fault = outcome.ok ? undefined : outcome.issues.map(({ msg }) => msg).join(' ');
  // Normalising takes nothing away: no empty part, no `.`, and the version is one part.
  const isPlain = outcome.ok && outcome.value.split('/').length === path.split('/').length && version !== '' && !version.includes('/');
  if (fault === undefined && isPlain) return path;
  const reason = fault ?? `'${pkgName}' and '${version}' do not name a folder.`;
  throw new DomainError('refused', 'collection.path', `Invalid task-group object. Original error: ${reason}`);
}
