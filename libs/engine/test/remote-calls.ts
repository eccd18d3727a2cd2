import type { Cluster } from '@fractal-server/test-cluster';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command that somebody ran over SSH: one channel. */
export interface RemoteCall {
  /** Name of the user who logged in. */
  readonly user: string;
  /** The beginning of what was to be run, on one line. */
  readonly command: string;
}

const MAX_CHARACTERS = 2_000;

/** Lines of sshd_config with which a server writes down every command, before it runs it. */
export function countingSshd(cluster: Cluster): string[] {
  const script = join(folderOf(cluster), 'note-and-run');
  writeFileSync(logOf(cluster), '');
  chmodSync(logOf(cluster), 0o666);
  writeFileSync(
    script,
    `#!/bin/sh
line=$(printf '%s %s' "$(id -un)" "$SSH_ORIGINAL_COMMAND" | tr '\\n' ' ')
printf '%.${MAX_CHARACTERS}s\\n' "$line" >>${logOf(cluster)}
exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
`,
  );
  chmodSync(script, 0o755);
  return [`ForceCommand exec ${script}`];
}

/** What has been run by a server with the lines of {@link countingSshd}. */
export function remoteCalls(cluster: Cluster): RemoteCall[] {
  const lines = readFileSync(logOf(cluster), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => ({ user: line.split(' ', 1)[0]!, command: line.slice(line.indexOf(' ') + 1) }));
}

function folderOf(cluster: Cluster): string {
  return cluster.makeFolder('remote-calls');
}

function logOf(cluster: Cluster): string {
  return join(folderOf(cluster), 'calls');
}
