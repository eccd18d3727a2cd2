export { findCaller } from './caller.query.js';
export { hashPassword, isOutdatedHash, verifyPassword } from './password-hash.js';
export type { OauthAccount, User } from './user.js';
export {
  findProfileInfo,
  findUserDetails,
  findUserForLogin,
  insertUser,
  isEmailTaken,
  listReachableZarrDirs,
  listUsers,
  lockUser,
  updateUser,
  type NewUser,
  type UserChanges,
  type UserDetails,
  type UserDetailsOptions,
} from './users.queries.js';
