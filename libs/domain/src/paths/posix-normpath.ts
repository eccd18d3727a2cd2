/**
 * POSIX path normalisation as Python does it (`os.path.normpath`): repeated slashes, `.` and a trailing slash go, `..` takes its parent
 * away, an empty path is `.`. Exactly two leading slashes stay two, as POSIX allows them a meaning of their own; Node's own
 * `path.posix.normalize` merges them and keeps a trailing slash (contract: runner.md 6.2).
 */
export function posixNormpath(path: string): string {
  if (isNormal(path)) return path;
  const root = /^\/\/(?!\/)/.test(path) ? '//' : path.startsWith('/') ? '/' : '';
  const kept: string[] = [];
  for (const component of path.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') kept.push(component);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (root === '') kept.push(component);
  }
  return root + kept.join('/') || '.';
}

/** Whether a component of the path is `..`, which no stored path may have. */
export function hasParentReference(path: string): boolean {
  return path.includes('..') && path.split('/').includes('..');
}

/** Whether nothing can be left out. Nearly all paths that we see are so, and there are many of them in an import. */
function isNormal(path: string): boolean {
  return path.length > 1 && path.startsWith('/') && !path.endsWith('/') && !path.includes('//') && !path.includes('/.');
}
