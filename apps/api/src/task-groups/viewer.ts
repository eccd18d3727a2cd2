import { findViewer, type Queryable, type User, type Viewer } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/** The caller as a viewer of task groups. @throws DomainError forbidden when the user was deleted since the access check */
export async function viewerOf(db: Queryable, caller: Pick<User, 'id'>): Promise<Viewer> {
  const viewer = await findViewer(db, caller.id);
  if (viewer === null) throw new DomainError('forbidden', 'user.gone', 'The user does not exist any more.');
  return viewer;
}
