export { name, safeString, slurmAccounts, uniqueStringList } from './text/names.js';
export { command, commandFault } from './text/command.js';
export { clusterPathFault, userName } from './text/cluster-texts.js';
export { stringDict } from './text/string-dict.js';
export { positiveInteger, uniqueIntegerList } from './numbers.js';
export { absolutePath, safeRelativePath } from './paths/local-paths.js';
export { zarrDir, zarrUrl } from './paths/zarr-urls.js';
export { s3Path } from './paths/s3-path.js';
export { projectDir, projectDirs } from './paths/project-dirs.js';
export { attributeFilters, attributeValue, imageAttributes, typeFilters } from './images/attributes.js';
export { jsonDict, taskArguments } from './task-arguments.js';
export { httpUrl } from './http-url.js';
export { awareDateTime } from './time/aware-datetime.js';
export { email } from './email/email.js';
export { type PageRequest, PAGINATION_FIELDS, paginationFault } from './pagination.js';
export { memoryMb, readMemory } from './resource/memory.js';
export { RESOURCE_TYPES, type ResourceType, resourceTypeInTexts } from './resource/resource-type.js';
export {
  batchingConfigSet,
  type BatchingConfigSet,
  localRunnerConfig,
  type LocalRunnerConfig,
  slurmConfigSet,
  type SlurmConfigSet,
  slurmRunnerConfig,
  type SlurmRunnerConfig,
} from './resource/runner-config.js';
export {
  environmentInstaller,
  type EnvironmentInstaller,
  PYTHON_VERSIONS,
  pythonVersion,
  type PythonVersion,
  tasksPythonConfig,
  type TasksPythonConfig,
} from './resource/tasks-python-config.js';
export { type NoPixi, type PixiSettings, tasksPixiConfig } from './resource/tasks-pixi-config.js';
export { DEFAULT_RESOURCE_SETTINGS, type ResourceSettings, resourceSettings } from './resource/resource-settings.js';
export {
  type LocalResource,
  type ResourceCreate,
  resourceCreate,
  type SlurmSshResource,
  type SlurmSudoResource,
} from './resource/resource.js';
export { type LocalProfile, type ProfileCreate, profileCreate, type SlurmSshProfile, type SlurmSudoProfile } from './profile/profile.js';
export { MAX_PASSWORD_BYTES, passwordFault } from './text/password.js';
