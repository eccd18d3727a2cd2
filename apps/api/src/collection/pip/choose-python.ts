import type { Resource } from '@fractal-server/database';
import { DomainError, isJsonObject, pythonStr } from '@fractal-server/domain';

/** An interpreter that environments are made from. */
export interface BasePython {
  readonly version: string;
  /** Absolute path. */
  readonly path: string;
}

/**
 * The interpreter that was asked for, or the resource's default (contract: api-execution 8.1).
 * @throws DomainError refused when the resource has none of that version
 */
export function choosePython({ tasksPythonConfig }: Pick<Resource, 'tasksPythonConfig'>, asked: string | null): BasePython {
  const version = asked ?? tasksPythonConfig.get('default_version');
  const versions = tasksPythonConfig.get('versions');
  const path = isJsonObject(versions) && typeof version === 'string' ? versions.get(version) : undefined;
  if (typeof version === 'string' && typeof path === 'string') return { version, path };
  throw new DomainError(
    'refused',
    'collection.python',
    `Python version ${pythonStr(version ?? null)} is not available for this Fractal resource.`,
  );
}
