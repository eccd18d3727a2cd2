import { DomainError, normalizePackageName } from '@fractal-server/domain';

/** A file system's limit, less the ending of unfinished files. In bytes; the allowed letters have one each. */
const MAX_LENGTH = 230;

/**
 * What is wrong with the name of an uploaded wheel, or undefined. The name becomes a file name and an argument of the installer: only the
 * letters of wheel names are allowed (contract: task-environments 18.27).
 */
export function wheelFileNameFault(filename: string): string | undefined {
  if (!/^[\w.+!-]+$/.test(filename)) return `Wheel filename has forbidden characters (given '${filename}').`;
  return filename.length > MAX_LENGTH ? `Wheel filename is longer than ${MAX_LENGTH} characters.` : undefined;
}

/**
 * Package and version as a wheel's file name tells them (contract: task-environments 4.2).
 * @throws DomainError refused, as a list
 */
export function packageOfWheel(filename: string): { readonly pkgName: string; readonly version: string } {
  const [distribution, version] = filename.split('-');
  if (distribution === undefined || version === undefined) {
    const reason = `Invalid wheel_filename='${filename}'. Original error: list index out of range.`;
    throw new DomainError('refused', 'collection.wheel_name', `Invalid wheel-file name ${filename}. Original error: ${reason}`, {
      asList: true,
    });
  }
  return { pkgName: normalizePackageName(distribution), version };
}
