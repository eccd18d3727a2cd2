import { declareFailPoints } from '@fractal-server/execution';

/** Effects of a collection that are not those of an attempt. */
export const collectionFailPoints = declareFailPoints('collection', [
  'make_folder',
  'store_archive',
  'find_installer',
  'register_tasks',
  'undo',
]);
