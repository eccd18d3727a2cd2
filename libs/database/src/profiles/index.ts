export { findClusterAccess, findLoginAccess, findUserAccess, type ClusterAccess } from './cluster-access.queries.js';
export {
  deleteProfile,
  getProfile,
  insertProfile,
  listProfiles,
  overwriteProfile,
  profileExists,
  type Profile,
  type ProfileData,
} from './profiles.queries.js';
