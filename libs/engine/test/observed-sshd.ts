import type { Cluster, Sshd } from '@fractal-server/test-cluster';
import { waitFor } from '@fractal-server/test-support';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command that somebody ran over SSH: one channel. */
export interface RemoteCall {
  /** Name of the user who logged in. */
  readonly user: string;
  /** The beginning of what was to be run, on one line. */
  readonly command: string;
}

const MAX_CHARACTERS = 2_000;
/** After so many bytes a transfer is stuck: an archive is never so small. */
const STUCK_BYTES = 3_000;
/** What hangs at the far end of a connection that is gone does so for a while. */
const STUCK_SECONDS = 6;

/** An SSH server that writes down every command before it runs it, and can let one get stuck. */
export class ObservedSshd {
  private constructor(
    readonly sshd: Sshd,
    private readonly folder: string,
  ) {}

  static async start(cluster: Cluster): Promise<ObservedSshd> {
    const folder = cluster.makeFolder(`observed-sshd-${serial++}`, { mode: 0o777 });
    writeFileSync(join(folder, 'calls'), '');
    chmodSync(join(folder, 'calls'), 0o666);
    writeFileSync(join(folder, 'run'), scriptIn(folder));
    chmodSync(join(folder, 'run'), 0o755);
    return new ObservedSshd(await cluster.startSshd([`ForceCommand exec ${folder}/run`]), folder);
  }

  /** What has been run, in order. */
  calls(): RemoteCall[] {
    const lines = readFileSync(join(this.folder, 'calls'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => ({ user: line.split(' ', 1)[0]!, command: line.slice(line.indexOf(' ') + 1) }));
  }

  /** The next command with these words gets stuck in the middle of what it is sent and what it sends. */
  letStick(words: string): void {
    writeFileSync(join(this.folder, 'stick'), words);
    chmodSync(join(this.folder, 'stick'), 0o666);
  }

  /** Waits until it is. */
  async stuck(): Promise<void> {
    await waitFor('a command that is stuck', () => existsSync(join(this.folder, 'stuck')), { deadlineMs: 100_000 });
  }
}

let serial = 0;

function scriptIn(folder: string): string {
  return `#!/bin/sh
line=$(printf '%s %s' "$(id -un)" "$SSH_ORIGINAL_COMMAND" | tr '\\n' ' ')
printf '%.${MAX_CHARACTERS}s\\n' "$line" >>${folder}/calls
words=$(cat ${folder}/stick 2>/dev/null)
case $SSH_ORIGINAL_COMMAND in
  *"\${words:-none of them}"*)
    rm ${folder}/stick
    half() { head -c ${STUCK_BYTES}; touch ${folder}/stuck; sleep ${STUCK_SECONDS}; }
    half | /bin/sh -c "$SSH_ORIGINAL_COMMAND" | half
    exit 1 ;;
esac
exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
`;
}
