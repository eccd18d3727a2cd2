import type { ApplicationConfig } from '@fractal-server/config';
import { DomainError } from '@fractal-server/domain';

/**
 * Refuses the old way to stop a job on a deployment for local resources: its clients expect that, in these words. `cancel` works
 * everywhere. @throws DomainError `backend.local`
 */
export function requireCluster({ runnerBackend }: Pick<ApplicationConfig, 'runnerBackend'>): void {
  if (runnerBackend !== 'local') return;
  const text = `Stopping a job execution is not implemented for FRACTAL_RUNNER_BACKEND=${runnerBackend}.`;
  throw new DomainError('refused', 'backend.local', text);
}
