import type { ClusterDirectory } from './cluster-directory.js';

/** For a worker that serves no cluster: it is never asked for one. */
export const NO_CLUSTERS: ClusterDirectory = {
  of: ({ resourceId }) => Promise.reject(notReached(resourceId)),
  queueCommands: ({ resourceId }) => Promise.reject(notReached(resourceId)),
  killWaitOf: ({ resourceId }) => Promise.reject(notReached(resourceId)),
  loginOf: () => {
    throw new Error('this worker reaches no cluster');
  },
};

function notReached(resourceId: number): Error {
  return new Error(`this worker does not reach the cluster of resource ${resourceId}`);
}
