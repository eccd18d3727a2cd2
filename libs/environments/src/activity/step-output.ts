import { shortenText } from '@fractal-server/domain';
import { HostFileError, type CallOptions, type Commands } from '@fractal-server/hosts';

/** Characters of a command's output that the log of an activity keeps. */
const MAX_LOGGED_CHARACTERS = 200_000;
/** A larger output is not read: a worker must stay small whatever a command prints. */
const MAX_READ_BYTES = 8 * 1024 * 1024;

/**
 * What a command printed, for the log of its activity.
 * @param tail the end of the output, where the unit runner noted it
 */
export async function readStepOutput(host: Commands, path: string, tail: string | null, calls: CallOptions): Promise<string> {
  try {
    const bytes = await host.readFile(path, { ...calls, maxBytes: MAX_READ_BYTES });
    return shortenText(bytes.toString('utf8'), MAX_LOGGED_CHARACTERS);
  } catch (error) {
    if (!(error instanceof HostFileError)) throw error;
    if (error.errno === 'EFBIG') return `(too long for this log; all of it is in ${path})\n${tail ?? ''}`;
    return tail ?? `(${error.message})`;
  }
}
