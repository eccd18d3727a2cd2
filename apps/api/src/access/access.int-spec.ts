import type { Database } from '@fractal-server/database';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type ApiAnswer } from '../../test/test-api.js';
import { allEndpoints } from '../openapi/openapi-document.js';
import type { AccessLevel } from './access-level.js';

const CALLERS = {
  anonymous: null,
  'a user that was deleted': 'unknown',
  'an inactive superuser': { is_active: false, is_superuser: true, is_verified: true, profile: true },
  'an unverified user': { is_verified: false, profile: true },
  'a user without profile': { is_verified: true, profile: false },
  'a guest': { is_verified: true, is_guest: true, profile: true },
  'a user': { is_verified: true, profile: true },
  'an unverified superuser without profile': { is_superuser: true, profile: false },
} as const;
type CallerKind = keyof typeof CALLERS;

const UNAUTHORIZED = { status: 401, detail: 'Unauthorized' };
const FORBIDDEN = { status: 403, detail: 'Forbidden' };
const NO_PROFILE = { status: 403, detail: 'Forbidden access (user.is_verified=True user.profile_id=None).' };
const NO_GUESTS = { status: 403, detail: 'This feature is not available for guest users.' };
const PASSES = null;

/** Who is refused, and how (contract: auth-admin 1.7, 2.1). */
const EXPECTED: Record<CallerKind, Record<AccessLevel, { status: number; detail: string } | null>> = {
  anonymous: refusedEverywhere(),
  'a user that was deleted': refusedEverywhere(),
  'an inactive superuser': refusedEverywhere(),
  'an unverified user': { ...passesEverywhere(), activeVerified: FORBIDDEN, guest: FORBIDDEN, user: FORBIDDEN, superuser: FORBIDDEN },
  'a user without profile': { ...passesEverywhere(), guest: NO_PROFILE, user: NO_PROFILE, superuser: FORBIDDEN },
  'a guest': { ...passesEverywhere(), user: NO_GUESTS, superuser: FORBIDDEN },
  'a user': { ...passesEverywhere(), superuser: FORBIDDEN },
  'an unverified superuser without profile': { ...passesEverywhere(), activeVerified: FORBIDDEN, guest: FORBIDDEN, user: FORBIDDEN },
};

function passesEverywhere(): Record<AccessLevel, null> {
  return { public: PASSES, active: PASSES, activeVerified: PASSES, guest: PASSES, user: PASSES, superuser: PASSES };
}

function refusedEverywhere(): Record<AccessLevel, typeof UNAUTHORIZED | null> {
  return {
    public: PASSES,
    active: UNAUTHORIZED,
    activeVerified: UNAUTHORIZED,
    guest: UNAUTHORIZED,
    user: UNAUTHORIZED,
    superuser: UNAUTHORIZED,
  };
}

let test: TestDatabase;
let api: TestApi;
const callerIds = new Map<CallerKind, number | undefined>();

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  for (const [kind, caller] of Object.entries(CALLERS)) callerIds.set(kind as CallerKind, await makeCaller(test.database, kind, caller));
});

afterAll(async () => {
  await api?.close();
  await test?.close();
});

describe.each(allEndpoints())('$method $path', ({ method, path, access }) => {
  it.each(Object.keys(CALLERS) as CallerKind[])('decides about %s as its level says', async (kind) => {
    const url = path.replace(/\{\w+\}/g, '2147483647');
    const userId = callerIds.get(kind);
    const answer = await api.request(method, url, userId === undefined ? {} : { as: userId });
    expect(verdictOf(answer)).toEqual(EXPECTED[kind][access]);
  });
});

/** The refusal that a caller got; an internal error counts as one. */
function verdictOf({ status, body }: ApiAnswer): { status: number; detail: unknown } | null {
  if (![401, 403, 500].includes(status)) return PASSES;
  return { status, detail: (body as { detail?: unknown }).detail };
}

async function makeCaller(database: Database, name: string, caller: (typeof CALLERS)[CallerKind]): Promise<number | undefined> {
  if (caller === null) return undefined;
  if (caller === 'unknown') return 2_147_483_646;
  const flags = { is_active: true, is_superuser: false, is_verified: false, is_guest: false, ...caller };
  const [user] = await database.query<{ id: number }>(
    `insert into user_account (email, hashed_password, project_dirs, is_active, is_superuser, is_verified, is_guest, profile_id)
     values ($1, 'x', '{/data}', $2, $3, $4, $5, $6) returning id`,
    [
      `${name.replaceAll(' ', '-')}@example.org`,
      flags.is_active,
      flags.is_superuser,
      flags.is_verified,
      flags.is_guest,
      caller.profile ? await ensureProfile(database) : null,
    ],
  );
  return user!.id;
}

async function ensureProfile(database: Database): Promise<number> {
  await database.execute(`
    insert into resource (type, name, jobs_local_dir, jobs_runner_config, jobs_poll_interval, tasks_local_dir, tasks_python_config, tasks_pixi_config)
    values ('local', 'local', '/jobs', '{}', 5, '/tasks', '{}', '{}') on conflict do nothing`);
  await database.execute(
    `insert into profile (resource_id, resource_type, name) select id, 'local', 'local' from resource on conflict do nothing`,
  );
  const [profile] = await database.query<{ id: number }>('select id from profile');
  return profile!.id;
}
