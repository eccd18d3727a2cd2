import type { Database } from '../connection/database.js';
import { USER_COLUMNS, type User } from './user.js';

const FIND_CALLER = /* sql */ `select ${USER_COLUMNS} from user_account u where u.id = $1`;

/** The user of a token. Runs once per request: one look-up by primary key, planned once per connection. */
export async function findCaller(database: Database, userId: number): Promise<User | undefined> {
  const [user] = await database.prepared<User>('find-caller', FIND_CALLER, [userId]);
  return user;
}
