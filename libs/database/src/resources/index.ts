export {
  deleteResource,
  findMaxWaitSeconds,
  getResource,
  insertResource,
  listResources,
  lockResource,
  overwriteResource,
  type Resource,
  type ResourceData,
} from './resources.queries.js';
export { profileDataOf, resourceDataOf } from './stored-form.js';
