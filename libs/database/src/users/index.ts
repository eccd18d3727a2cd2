export { findCaller } from './caller.query.js';
export type { OauthAccount, User } from './user.js';
