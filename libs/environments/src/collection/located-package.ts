import { posix } from 'node:path';
import { DomainError, normalizePackageName } from '@fractal-server/domain';

/** Where an installed task package lies. */
export interface LocatedPackage {
  /**
   * Folder that the executables of the manifest are relative to: the one that holds the manifest. (The reference derives it from the
   * package's name, which fails where the import name differs: contract, task-environments.md 18.17.)
   */
  readonly packageRoot: string;
  readonly manifestPath: string;
}

/**
 * Reads the answer of the step `locate_package`.
 * @param text the whole answer
 * @param packageName the name that was collected, normalised
 * @throws DomainError `refused` when another package was installed, or when it carries no manifest or several
 */
export function readLocatedPackage(text: string, packageName: string): LocatedPackage {
  const answer = parseAnswer(text);
  if (normalizePackageName(answer.name) !== normalizePackageName(packageName)) {
    throw refusal(`The installed package is called '${answer.name}', but '${packageName}' was asked for.`);
  }
  const [manifestPath, ...others] = answer.manifests;
  if (manifestPath === undefined)
    throw refusal(`Package '${packageName}' has no file __FRACTAL_MANIFEST__.json, so it has no Fractal tasks.`);
  if (others.length > 0) throw refusal(`Package '${packageName}' has several manifests: ${answer.manifests.join(', ')}.`);
  return { manifestPath, packageRoot: posix.dirname(manifestPath) };
}

function parseAnswer(text: string): { name: string; manifests: string[] } {
  try {
    const answer = JSON.parse(text) as { name?: unknown; manifests?: unknown };
    if (typeof answer.name === 'string' && Array.isArray(answer.manifests)) {
      return answer as { name: string; manifests: string[] };
    }
  } catch {
    // not the expected answer; said below
  }
  throw refusal(`Could not find out where the package was installed: unexpected answer '${text.slice(0, 200)}'.`);
}

function refusal(message: string): DomainError {
  return new DomainError('refused', 'collection.package', message);
}
