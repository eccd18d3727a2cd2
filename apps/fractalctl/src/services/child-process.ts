import type { ProcessEnd } from '@fractal-server/embedded';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from '../supervisor/service.js';

const MAX_LOG_BYTES = 20 * 1024 * 1024;

/** Opens a log file for the output of a child; a file that has become too large starts anew. The caller closes it. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) truncateSync(path);
  return openSync(path, 'a', 0o600);
}

/** A child process as a running service: SIGTERM, and SIGKILL when it has not ended `deadlineMs` later. */
export function runningService(child: ChildProcess, deadlineMs: number): RunningService {
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
  return {
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      const inTime = new AbortController();
      const deadline = sleep(deadlineMs, undefined, { signal: inTime.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined,
      );
      await ended;
      inTime.abort();
      await deadline;
    },
  };
}
