/**
 * Steps of a collection beside the installer's commands, which have their own names (`installationSteps`). docs/environments.md shows the
 * whole way.
 */
export const MAKE_FOLDER = 'make_folder';
export const STORE_ARCHIVE = 'store_archive';
export const FIND_INSTALLER = 'find_installer';
export const REGISTER_TASKS = 'register_tasks';
export const UNDO = 'undo';
