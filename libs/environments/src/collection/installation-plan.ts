import { filePrefix, scriptsFolder, type Collection } from './collection-context.js';
import { installationSteps, type InstallationAnswers, type InstallationStep } from './installation-steps.js';

/** The commands that make the environment of a collection, in order. It follows from the rows, so every worker makes the same plan. */
export function installationPlan(collection: Collection): InstallationStep[] {
  const { group, spec } = collection;
  return installationSteps(
    {
      packageName: group.pkgName,
      version: group.version,
      archivePath: group.archivePath,
      extras: group.pipExtras,
      pinsBefore: group.pinnedPackageVersionsPre,
      pinsAfter: group.pinnedPackageVersionsPost,
      venvPath: group.venvPath,
      basePython: spec.basePython,
      cacheDir: spec.pipCacheDir,
      answers: installationAnswers(collection),
    },
    spec.uvProgram === null ? { kind: 'pip' } : { kind: 'uv', program: spec.uvProgram },
  );
}

/** Where the environment of a collection says what it holds. */
export function installationAnswers(collection: Collection): InstallationAnswers {
  const prefix = `${scriptsFolder(collection)}/${filePrefix(collection)}`;
  return { freezePath: `${prefix}_freeze.txt`, locationPath: `${prefix}_location.json` };
}
