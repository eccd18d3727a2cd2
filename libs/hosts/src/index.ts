export type {
  CallOptions,
  CommandResult,
  Commands,
  FileContent,
  FileStat,
  Files,
  Host,
  MakeFolderOptions,
  ReadOptions,
  RunOptions,
  Transfer,
  TransferItem,
} from './host.js';
export {
  CommandFailed,
  CommandNotStarted,
  HostAuthenticationFailed,
  HostCallAborted,
  HostCallTimedOut,
  HostConnectionLost,
  HostError,
  HostFileError,
  HostKeyChanged,
  HostKeyFileUnusable,
  HostKeyUnknown,
  HostRefused,
  HostUnavailable,
  HostUnreachable,
} from './errors.js';
export { describeCommand } from './describe-command.js';
export { runChecked } from './run-checked.js';
export { cleanEnvironment } from './clean-environment.js';
export { LocalHost } from './local/local-host.js';
export { SudoHost } from './sudo/sudo-host.js';
export { SshHost } from './ssh/ssh-host.js';
export { fingerprintOf, type HostKey, type HostKeyStore } from './ssh/host-keys/host-key.js';
export { formatSshAddress, parseSshAddress, type SshAddress } from './ssh/ssh-address.js';
export { type ConnectionReport } from './ssh/connection/ssh-connection.js';
export { HostRegistry, type SshLogin } from './registry/host-registry.js';
export { hostSettingsOf, type HostSettings } from './registry/host-settings.js';
export { readPlace, relatePlace, type Place, type PlaceRelation } from './processes/place.js';
export {
  isAlive,
  listProcesses,
  readProcess,
  readProcessEnvironment,
  signalProcess,
  type ProcessIdentity,
  type ProcessSight,
} from './processes/process-identity.js';
