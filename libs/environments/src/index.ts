export { CollectionReconciler, type CollectionDependencies } from './collection/collection-reconciler.js';
export { encodeCollectionSpec, type CollectionSpec } from './collection/collection-spec.js';
export { askPythonIndex, type IndexFile, type IndexProject, type PythonIndex } from './python-index/python-index.js';
