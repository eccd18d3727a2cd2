export { CollectionReconciler, type CollectionDependencies } from './collection/collection-reconciler.js';
export { encodeCollectionSpec, type CollectionSpec } from './collection/collection-spec.js';
export { indexAddress } from './python-index/index-address.js';
export { PythonIndex, type IndexFile, type IndexProject } from './python-index/python-index.js';
