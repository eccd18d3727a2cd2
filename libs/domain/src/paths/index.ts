export { hasParentReference, posixNormpath } from './posix-normpath.js';
export { isS3Url, isZarrUrlRelativeTo, joinZarrDir, normalizeZarrUrl, zarrUrlFault, type ZarrUrlFault } from './zarr-url.js';
export { sanitizeName } from './sanitize-name.js';
export { cacheDirOf, jobArchiveName, type JobFolderBases, jobFolderName, type JobFolderName, jobFolders } from './job-folder.js';
