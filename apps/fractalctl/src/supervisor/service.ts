import type { ProcessEnd } from '@fractal-server/embedded';

/** A process that is up. */
export interface RunningService {
  /** Resolves when the process has ended, asked or not. */
  readonly ended: Promise<ProcessEnd>;
  /** Asks the process to end, kills it after its deadline, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** One process of ours: how it is started. */
export interface Service {
  /** Shown to people, as in "API process 2". */
  readonly name: string;
  /** Resolves when the process can serve; rejects when it could not be started. */
  start(): Promise<RunningService>;
}

/** `exit code 3` or `signal SIGKILL`. */
export function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
