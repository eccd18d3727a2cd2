import { HostCallAborted, HostCallTimedOut, HostError, HostFileError } from '../errors.js';
import type { CallOptions } from '../host.js';

/**
 * Do a file operation within its deadline and until its signal fires. A call into a hanging file system cannot be taken back: it is
 * abandoned, its thread stays busy, and the caller goes on with an error.
 *
 * @param operation a verb for the message: "Cannot <operation> '<path>'"
 */
export async function withinLimits<T>(operation: string, path: string, options: CallOptions, work: () => Promise<T>): Promise<T> {
  const call = `${operation} '${path}'`;
  const { deadlineMs, signal } = options;
  if (signal?.aborted === true) {
    throw new HostCallAborted(call, signal.reason);
  }
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limits = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HostCallTimedOut(call, deadlineMs)), deadlineMs);
    onAbort = () => reject(new HostCallAborted(call, signal?.reason));
    signal?.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work(), limits]);
  } catch (error) {
    throw error instanceof HostError ? error : new HostFileError(operation, path, errnoOf(error), error);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

/** The system's name for what went wrong, such as `ENOENT`. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}
