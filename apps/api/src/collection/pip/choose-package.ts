import type { NewTaskGroup } from '@fractal-server/database';
import { choosePackageVersion, normalizePackageName } from '@fractal-server/domain';
import { indexAddress, PythonIndex } from '@fractal-server/environments';
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
  const index = new PythonIndex(await indexAddress(process.env));
  const { versions } = await index.project(name);
  return {
    origin: 'pypi',
    pkgName: normalizePackageName(name),
    version: choosePackageVersion(name, versions, request.package_version),
  };
}
