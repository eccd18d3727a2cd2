export { ENVIRONMENT_FILE, loadEnvironment, type Environment } from './environment.js';
export { ConfigurationError } from './reader.js';
export { Secret } from './secret.js';
export type { DatabaseSettings, EmailSettings, OAuthSettings, QueueSettings } from './sections.js';
export {
  readApiSettings,
  readDatabaseSettings,
  readWorkerSettings,
  type ApiSettings,
  type BackendType,
  type ProcessSettings,
  type WorkerSettings,
} from './settings.js';
export { variables, type Variable, type VariableKind, type VariableName } from './variables.js';
