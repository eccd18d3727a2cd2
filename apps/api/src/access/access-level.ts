/**
 * Who may call a route (contract: auth-admin 2.1).
 *
 * - `public`: everybody; a token is not even looked at
 * - `active`: an active user
 * - `activeVerified`: … who is verified
 * - `guest`: … who has a profile
 * - `user`: … who is no guest
 * - `superuser`: an active superuser; neither verification nor profile are needed
 */
export const ACCESS_LEVELS = ['public', 'active', 'activeVerified', 'guest', 'user', 'superuser'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];
