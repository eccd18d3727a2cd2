export { createGroup, deleteGroup, findGroupId, getGroup, listGroups, type UserGroup } from './groups.queries.js';
