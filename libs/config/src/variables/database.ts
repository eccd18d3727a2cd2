import { flag, integer, nonEmptyTextWithDefault, optionalSecret, optionalText, requiredText } from '../variable-kinds.js';

/** How to reach PostgreSQL (contract: auth-admin 7.2), in the order of `GET /api/settings/database/`. */
export const databaseVariables = {
  echo: flag({ name: 'DB_ECHO', byDefault: false, description: 'Logs every SQL statement.' }),
  user: optionalText({ name: 'POSTGRES_USER', description: 'User of the database. Unset: the name of the system account.' }),
  password: optionalSecret({ name: 'POSTGRES_PASSWORD', description: 'Password of the database user.' }),
  host: nonEmptyTextWithDefault({
    name: 'POSTGRES_HOST',
    byDefault: 'localhost',
    description: 'Host of the PostgreSQL server, or the folder of its Unix socket.',
  }),
  port: integer({ name: 'POSTGRES_PORT', byDefault: 5432, min: 0, max: 65_535, description: 'Port of the PostgreSQL server.' }),
  database: requiredText({ name: 'POSTGRES_DB', description: 'Name of the database. It must exist.' }),
} as const;
