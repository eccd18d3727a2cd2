/** The one spelling of a distribution's name (PEP 503): runs of `-`, `_` and `.` become one `-`, letters lower case. */
export function normalizePackageName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** The name under which a package is imported and its folder is called, as far as its normalised name tells (contract: task-environments.md 4.1). */
export function importNameOf(packageName: string): string {
  return packageName.replaceAll('-', '_');
}
