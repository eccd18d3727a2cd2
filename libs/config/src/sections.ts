import type { VariableReader } from './reader.js';
import { Secret } from './secret.js';

/** How to reach PostgreSQL. */
export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  readonly poolSize: number;
  readonly echo: boolean;
}

/** Where bells ring. */
export type QueueSettings = { readonly type: 'redis'; readonly url: Secret } | { readonly type: 'postgres' };

/** E-mail to administrators. */
export interface EmailSettings {
  readonly sender: string;
  readonly password: Secret | undefined;
  readonly smtpServer: string;
  readonly smtpPort: number;
  readonly instanceName: string;
  readonly recipients: readonly string[];
  readonly useStartTls: boolean;
  readonly useLogin: boolean;
}

/** The OAuth client of this instance; it is on when name, id and secret are set. */
export interface OAuthSettings {
  readonly clientName: string | undefined;
  readonly clientId: Secret | undefined;
  readonly clientSecret: Secret | undefined;
  readonly oidcConfigEndpoint: Secret | undefined;
  readonly redirectUrl: string | undefined;
  readonly emailClaim: string;
}

/** Contract: auth-admin-config-db.md 7.2. */
export function databaseSection(reader: VariableReader): DatabaseSettings {
  return {
    host: reader.text('POSTGRES_HOST') ?? '',
    port: reader.integer('POSTGRES_PORT'),
    database: reader.text('POSTGRES_DB') ?? '',
    user: reader.text('POSTGRES_USER'),
    password: reader.secret('POSTGRES_PASSWORD'),
    poolSize: reader.integer('FRACTAL_DATABASE_POOL_SIZE'),
    echo: reader.flag('DB_ECHO'),
  };
}

/** Redis when it is named, PostgreSQL otherwise. */
export function queueSection(reader: VariableReader): QueueSettings {
  const url = reader.url('REDIS_URL', ['redis:', 'rediss:']);
  const type = reader.choice<'redis' | 'postgres'>('FRACTAL_QUEUE') ?? (url === undefined ? 'postgres' : 'redis');
  if (type === 'postgres') return { type };
  if (url === undefined) reader.problem('FRACTAL_QUEUE is `redis`, but REDIS_URL is not set');
  return { type, url: new Secret(url ?? '') };
}

/** All five facts or none (contract: auth-admin-config-db.md 7.3). @returns null when mail is off */
export function emailSection(reader: VariableReader): EmailSettings | null {
  const sender = reader.email('FRACTAL_EMAIL_SENDER');
  const password = reader.secret('FRACTAL_EMAIL_PASSWORD');
  const smtpServer = reader.text('FRACTAL_EMAIL_SMTP_SERVER');
  const smtpPort = reader.optionalInteger('FRACTAL_EMAIL_SMTP_PORT');
  const instanceName = reader.text('FRACTAL_EMAIL_INSTANCE_NAME');
  const recipients = reader.emails('FRACTAL_EMAIL_RECIPIENTS');
  const useStartTls = reader.flag('FRACTAL_EMAIL_USE_STARTTLS');
  const useLogin = reader.flag('FRACTAL_EMAIL_USE_LOGIN');
  const given = [sender, smtpServer, smtpPort, instanceName, recipients];
  if (given.every((value) => value === undefined)) return null;
  if (
    sender === undefined ||
    smtpServer === undefined ||
    smtpPort === undefined ||
    instanceName === undefined ||
    recipients === undefined
  ) {
    const shown = given.map((value) => (value === undefined ? 'None' : `'${String(value)}'`)).join(', ');
    reader.problem(`Invalid FRACTAL_EMAIL configuration. Given values: [${shown}].`);
    return null;
  }
  if (useLogin && password === undefined) {
    reader.problem("'FRACTAL_EMAIL_USE_LOGIN' is 'true' but 'FRACTAL_EMAIL_PASSWORD' is not provided.");
  }
  return { sender, password, smtpServer, smtpPort, instanceName, recipients, useStartTls, useLogin };
}

/** Contract: auth-admin-config-db.md 7.4. */
export function oauthSection(reader: VariableReader): OAuthSettings {
  const clientName = reader.text('OAUTH_CLIENT_NAME')?.toLowerCase();
  const oidcConfigEndpoint = reader.secret('OAUTH_OIDC_CONFIG_ENDPOINT');
  if (clientName !== undefined && clientName !== 'google' && clientName !== 'github' && oidcConfigEndpoint === undefined) {
    reader.problem(`self.OAUTH_OIDC_CONFIG_ENDPOINT=None but self.OAUTH_CLIENT_NAME='${clientName}'`);
  }
  return {
    clientName,
    clientId: reader.secret('OAUTH_CLIENT_ID'),
    clientSecret: reader.secret('OAUTH_CLIENT_SECRET'),
    oidcConfigEndpoint,
    redirectUrl: reader.text('OAUTH_REDIRECT_URL'),
    emailClaim: reader.text('OAUTH_EMAIL_CLAIM') ?? '',
  };
}
