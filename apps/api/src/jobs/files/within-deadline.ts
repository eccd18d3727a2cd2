/** How long a look at a job's folder may take: a file system that hangs must not keep a request for ever. */
export const FILE_DEADLINE_MS = 5_000;

/** The folder did not answer in time. */
export class FileDeadlineError extends Error {
  constructor(what: string) {
    super(`${what} took longer than ${FILE_DEADLINE_MS} ms`);
    this.name = 'FileDeadlineError';
  }
}

/**
 * Gives up waiting after the deadline. The work itself cannot be stopped: a hanging file system ends when it wants.
 * @param letGo what to do with a result that nobody waits for any more, such as closing a file
 * @throws FileDeadlineError
 */
export async function withinDeadline<T>(what: string, work: Promise<T>, letGo?: (late: T) => Promise<void>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new FileDeadlineError(what));
    }, FILE_DEADLINE_MS);
  });
  const watched = work.then(async (result) => {
    if (isLate) await letGo?.(result);
    return result;
  });
  // An error that comes too late is nobody's any more.
  watched.catch(() => undefined);
  try {
    return await Promise.race([watched, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
