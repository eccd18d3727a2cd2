import type { FirstSuperuser } from '@fractal-server/database';
import { email, passwordFault, projectDirs } from '@fractal-server/domain';
import { DefinitionError } from './definition-error.js';
import { readDefinition } from './read-definition.js';

/**
 * The first superuser with validated and normalised values (contract: auth-admin-config-db.md 2.5 to 2.7).
 * @throws DefinitionError
 */
export function firstAdmin(given: FirstSuperuser): FirstSuperuser {
  const fault = passwordFault(given.password);
  if (fault !== undefined) throw new DefinitionError('admin', [{ loc: ['password'], msg: fault }]);
  const [projectDir = given.projectDir] = readDefinition('admin', projectDirs(), [given.projectDir]);
  return { email: readDefinition('admin', email(), given.email), password: given.password, projectDir };
}
