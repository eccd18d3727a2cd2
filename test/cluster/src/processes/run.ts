import { spawn } from 'node:child_process';

/** How a command is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Text for standard input, which is empty otherwise. */
  readonly input?: string;
  /** The command is killed after so many milliseconds. Default one minute. */
  readonly deadlineMs?: number;
}

/** How a command ended. */
export interface RunResult {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const DEADLINE_MS = 60_000;

/** Runs a program and resolves however it ended, also when it could not be started (status 127). */
export async function run(argv: readonly string[], { env, cwd, input, deadlineMs = DEADLINE_MS }: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...parameters] = argv;
  const child = spawn(program, parameters, { env: env ?? process.env, cwd, timeout: deadlineMs, killSignal: 'SIGKILL' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that ends before it has read everything says why by its status.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      stderr.push(Buffer.from(error.message));
      resolve(127);
    });
    child.once('close', resolve);
  });
  return { status, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') };
}

/**
 * Runs a program that has to succeed, and gives its standard output.
 * @throws Error with everything that it said
 */
export async function runChecked(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(argv, options);
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with status ${status}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
