export { ENVIRONMENT_FILE, readEnvironment } from './environment.js';
export { ConfigError, loadConfig, Section } from './load-config.js';
export { Secret } from './secret.js';
export { VariableProblem, type EnvironmentText, type ValuesOf, type Variable, type VariableGroup, type VariableKind } from './variable.js';
export * from './variable-kinds.js';
export {
  allSections,
  applicationSection,
  databaseSection,
  emailSection,
  httpSection,
  oauthSection,
  placeSection,
  queueSection,
  slurmSection,
  sshSection,
  type ApplicationConfig,
  type DatabaseConfig,
  type EmailConfig,
  type HttpConfig,
  type OauthConfig,
  type PlaceConfig,
  type QueueConfig,
  type SshConfig,
} from './sections.js';
