export { createGroup, deleteGroup, findGroupId, getGroup, listGroups, type UserGroup } from './groups.queries.js';
export { addMember, lockExistingGroups, removeMember, replaceMemberships } from './membership.queries.js';
