import { declareFailPoints } from '@fractal-server/execution';

/**
 * Effects and commits of the engine around which a test may kill or stop this process. `apply` lies inside of a transaction: whoever is
 * stopped there holds locks.
 */
export const engineFailPoints = declareFailPoints('engine', [
  'prepare',
  'folder',
  'plan',
  'stage',
  'name',
  'deliver',
  'intend',
  'submit',
  'withdraw',
  'live',
  'observe',
  'record',
  'progress',
  'cancel',
  'fetch',
  'settle',
  'merge',
  'apply',
  'log',
  'end',
  'archive',
  'close',
]);
