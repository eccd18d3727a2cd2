export { parseVersion, type Version } from './pep440.js';
export { compareVersions, compareVersionTexts, isNewerVersion } from './version-order.js';
export { importNameOf, isPackageName, normalizePackageName } from './package-name.js';
export { installString, type InstallTarget, pinStrings } from './install-string.js';
export { choosePackageVersion, versionHint } from './choose-version.js';
