import type { NextLook } from '@fractal-server/database';
import { collectionFailPoints } from '../../fail-points.js';
import { askPythonIndex } from '../../python-index/python-index.js';
import { ensureUv } from '../../uv/uv-installation.js';
import { thisPlatform } from '../../uv/wheel-platform.js';
import type { CollectionLook } from '../collection-context.js';
import { encodeCollectionSpec } from '../collection-spec.js';
import { installationPlan } from '../installation-plan.js';
import { logLine, moveOn } from '../move-on.js';

/** Settles which program installs: pip comes with the environment, uv is fetched once for all environments of the resource. */
export async function findInstaller(look: CollectionLook): Promise<NextLook> {
  const { context, collection, lease } = look;
  const { spec } = collection;
  if (spec.installer === 'pip') {
    return moveOn(look, { step: installationPlan(collection)[0]!.name, log: [logLine('DEBUG', 'Installer: pip')] });
  }
  const uvProgram = await collectionFailPoints.around('find_installer', async () => {
    await lease.beforeEffect();
    return askPythonIndex(context.environment, (index) =>
      ensureUv(`${spec.baseFolder}/.uv`, spec.uvVersion ?? undefined, index, thisPlatform(), lease.signal),
    );
  });
  const found = { ...collection, spec: { ...spec, uvProgram } };
  const step = installationPlan(found)[0]!.name;
  return moveOn(look, { step, spec: encodeCollectionSpec(found.spec), log: [logLine('DEBUG', `Installer: ${uvProgram}`)] });
}
