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
export { CommandFailed, CommandNotStarted, HostCallAborted, HostCallTimedOut, HostError, HostFileError } from './errors.js';
export { describeCommand } from './describe-command.js';
export { runChecked } from './run-checked.js';
export { cleanEnvironment } from './clean-environment.js';
export { LocalHost } from './local/local-host.js';
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
