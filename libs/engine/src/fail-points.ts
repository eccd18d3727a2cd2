import { declareFailPoints } from '@fractal-server/execution';

/** Effects and commits of the engine around which a test may kill or stop this process. */
export const engineFailPoints = declareFailPoints('engine', [
  'prepare',
  'folder',
  'plan',
  'stage',
  'name',
  'live',
  'progress',
  'settle',
  'merge',
  'log',
  'end',
  'archive',
  'close',
]);
