/** The one spelling of a distribution's name (PEP 503): runs of `-`, `_` and `.` become one `-`, letters lower case. */
export function normalizePackageName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** The name under which a package is imported and its folder is called, as far as its normalised name tells (contract: task-environments.md 4.1). */
export function importNameOf(packageName: string): string {
  return packageName.replaceAll('-', '_');
}

/**
 * Whether a text may be the name of a distribution (PEP 508). Names reach installers as arguments and the package index as a path: anything
 * else could be an option, or lead elsewhere.
 */
export function isPackageName(text: string): boolean {
  return /^[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?$/i.test(text);
}
