import type { NewTaskGroup } from '@fractal-server/database';
import { choosePackageVersion, normalizePackageName } from '@fractal-server/domain';
import { askPythonIndex } from '@fractal-server/environments';
import type { PipRequest } from './collect-pip.schemas.js';
import { packageOfWheel } from './wheel-file-name.js';

/** The package that a request means, with its version settled. */
export type ChosenPackage = Pick<NewTaskGroup, 'origin' | 'pkgName' | 'version'>;

/**
 * Finds out which version of which package is to be collected: as the wheel's name says, or as the package index has it.
 * @throws DomainError refused when the index cannot tell, or has no such version
 */
export async function choosePackage(request: PipRequest): Promise<ChosenPackage> {
  if (request.file !== null) return { origin: 'wheel-file', ...packageOfWheel(request.file) };
  const name = request.package ?? '';
  const { versions } = await askPythonIndex(process.env, (index) => index.project(name));
  return {
    origin: 'pypi',
    pkgName: normalizePackageName(name),
    version: choosePackageVersion(name, versions, request.package_version),
  };
}
