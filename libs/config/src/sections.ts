import { Section } from './load-config.js';
import type { ValuesOf } from './variable.js';
import { applicationVariables } from './variables/application.js';
import { databaseVariables } from './variables/database.js';
import { emailVariables } from './variables/email.js';
import { httpVariables } from './variables/http.js';
import { oauthVariables } from './variables/oauth.js';
import { placeVariables } from './variables/place.js';
import { queueVariables } from './variables/queue.js';
import { slurmVariables } from './variables/slurm.js';
import { sshVariables } from './variables/ssh.js';

export type ApplicationConfig = ValuesOf<typeof applicationVariables>;
export type DatabaseConfig = ValuesOf<typeof databaseVariables>;
export type EmailConfig = ValuesOf<typeof emailVariables>;
export type OauthConfig = ValuesOf<typeof oauthVariables>;
export type QueueConfig = ValuesOf<typeof queueVariables>;
export type HttpConfig = ValuesOf<typeof httpVariables>;
export type PlaceConfig = ValuesOf<typeof placeVariables>;
export type SshConfig = ValuesOf<typeof sshVariables>;

/** General settings. */
export const applicationSection = new Section(applicationVariables);

/** How to reach PostgreSQL. */
export const databaseSection = new Section(databaseVariables);

/** Outgoing mail: all of its five facts or none, and a password where it logs in. */
export const emailSection = new Section(emailVariables, completeEmail, emailPassword);

/** Log-in through another provider. */
export const oauthSection = new Section(oauthVariables, oidcEndpoint);

/** Where bells are rung. */
export const queueSection = new Section(queueVariables, redisAddress);

/** Limits and ports of an API process. */
export const httpSection = new Section(httpVariables);

/** Where a worker runs local attempts. */
export const placeSection = new Section(placeVariables);

/** How workers reach login nodes. */
export const sshSection = new Section(sshVariables, jumpHostPairs);

/** When a SLURM job that is not seen counts as gone. */
export const slurmSection = new Section(slurmVariables);

/** Every section, in the order of the documentation. */
export const allSections = {
  application: applicationSection,
  database: databaseSection,
  email: emailSection,
  oauth: oauthSection,
  queue: queueSection,
  http: httpSection,
  place: placeSection,
  ssh: sshSection,
  slurm: slurmSection,
} as const;

function completeEmail({ sender, smtpServer, smtpPort, instanceName, recipients }: EmailConfig): readonly string[] {
  const facts = [sender, smtpServer, smtpPort, instanceName, recipients];
  const given = facts.filter((fact) => fact !== null).length;
  if (given === 0 || given === facts.length) return [];
  return [
    'FRACTAL_EMAIL_SENDER, FRACTAL_EMAIL_SMTP_SERVER, FRACTAL_EMAIL_SMTP_PORT, FRACTAL_EMAIL_INSTANCE_NAME and ' +
      'FRACTAL_EMAIL_RECIPIENTS must be set all or none.',
  ];
}

function emailPassword({ sender, useLogin, password }: EmailConfig): readonly string[] {
  if (sender === null || !useLogin || password !== null) return [];
  return ["FRACTAL_EMAIL_USE_LOGIN is 'true' but FRACTAL_EMAIL_PASSWORD is not provided."];
}

function oidcEndpoint({ clientName, oidcConfigEndpoint }: OauthConfig): readonly string[] {
  const name = clientName?.toLowerCase();
  if (name === undefined || name === 'google' || name === 'github' || oidcConfigEndpoint !== null) return [];
  return [`OAUTH_OIDC_CONFIG_ENDPOINT is required with OAUTH_CLIENT_NAME='${name}'.`];
}

function redisAddress({ queue, redisUrl }: QueueConfig): readonly string[] {
  if (queue !== 'redis' || redisUrl !== null) return [];
  return ["REDIS_URL is required with FRACTAL_QUEUE='redis'."];
}

function jumpHostPairs({ jumpHosts }: SshConfig): readonly string[] {
  const pairs = jumpHosts.split(',').map((pair) => pair.trim());
  const wrong = pairs.filter((pair) => pair !== '' && !/^[^=@\s]+=([^=@\s]+@)?[^=@\s]+$/.test(pair));
  return wrong.map((pair) => `FRACTAL_SSH_JUMP_HOSTS: '${pair}' is not of the form HOST=[USER@]JUMP[:PORT].`);
}
