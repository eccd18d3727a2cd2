import { DomainError } from '@fractal-server/domain';

/**
 * Refuses the old way to stop a job where jobs run locally: its clients expect that, in these words. `cancel` works everywhere.
 * @param asShown what the text calls the backend
 * @throws DomainError `backend.local`
 */
export function requireStoppable(backend: string, asShown: string): void {
  if (backend !== 'local') return;
  throw new DomainError('refused', 'backend.local', `Stopping a job execution is not implemented for ${asShown}.`);
}
