/** How the C library words the reasons that callers tell apart, in the C locale. */
const ERRNO_BY_TEXT: ReadonlyMap<string, string> = new Map([
  ['No such file or directory', 'ENOENT'],
  ['Is a directory', 'EISDIR'],
  ['Not a directory', 'ENOTDIR'],
  ['File exists', 'EEXIST'],
  ['Permission denied', 'EACCES'],
  ['Operation not permitted', 'EPERM'],
  ['No space left on device', 'ENOSPC'],
  ['Disk quota exceeded', 'EDQUOT'],
  ['Read-only file system', 'EROFS'],
  ['Directory not empty', 'ENOTEMPTY'],
  ['File name too long', 'ENAMETOOLONG'],
  ['Too many levels of symbolic links', 'ELOOP'],
  ['Stale file handle', 'ESTALE'],
  ['Input/output error', 'EIO'],
]);

/**
 * The system's name for why `cat`, `ls` or `mkdir` failed, from the end of its message. `UNKNOWN` for anything else, also where a site has
 * messages in another language: an unknown reason must never be taken for "not there".
 */
export function errnoOfMessage(message: string): string {
  const text = message.trimEnd();
  const reason = text.slice(text.lastIndexOf(': ') + 1).trim();
  return ERRNO_BY_TEXT.get(reason) ?? 'UNKNOWN';
}
