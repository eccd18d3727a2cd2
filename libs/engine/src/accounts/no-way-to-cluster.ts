import { DomainError } from '@fractal-server/domain';

/** Nobody can get to a cluster as the user any more, until an administrator changes a profile or the resource: one of them is not complete. */
export class NoWayToCluster extends DomainError {
  constructor(message: string) {
    super('refused', 'cluster.no_way', message);
  }
}
