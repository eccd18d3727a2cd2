import type { NextLook } from '@fractal-server/database';
import { collectionFailPoints } from '../../fail-points.js';
import { askPythonIndex } from '../../python-index/python-index.js';
import { ensureUv } from '../../uv/uv-installation.js';
import type { CollectionLook } from '../collection-context.js';
import { encodeCollectionSpec } from '../collection-spec.js';
import { installationPlan } from '../installation-plan.js';
import { logLine, moveOn } from '../move-on.js';

/** Settles which program installs: pip comes with the environment, uv is fetched once for all environments of a folder. */
export async function findInstaller(look: CollectionLook): Promise<NextLook> {
  const { context, site, collection, lease } = look;
  const { activity, spec } = collection;
  const platform = await site.platform(spec.basePython, await lease.beforeEffect());
  if (spec.installer === 'pip') {
    return moveOn(look, { step: installationPlan(collection)[0]!.name, log: [logLine('DEBUG', 'Installer: pip')] });
  }
  const uvProgram = await collectionFailPoints.around('find_installer', async () => {
    await lease.beforeEffect();
    const folder = `${site.toolsFolder(spec.baseFolder, activity.userId)}/.uv`;
    const place = { host: site.host, folder, platform, signal: lease.signal };
    return askPythonIndex(context.environment, (index) => ensureUv(place, spec.uvVersion ?? undefined, index));
  });
  const found = { ...collection, spec: { ...spec, uvProgram } };
  const step = installationPlan(found)[0]!.name;
  return moveOn(look, { step, spec: encodeCollectionSpec(found.spec), log: [logLine('DEBUG', `Installer: ${uvProgram}`)] });
}
