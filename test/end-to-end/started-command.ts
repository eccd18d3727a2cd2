import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@fractal-server/test-support';

/** The root of the checkout. */
export const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

/** A command that runs in a session of its own, as if somebody had typed it. */
export class StartedCommand {
  readonly ended: Promise<number | null>;
  private output = '';
  private hasEnded = false;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        this.hasEnded = true;
        resolve(code);
      });
    });
  }

  /** @param variables added to the environment of the test */
  static start(argv: readonly string[], variables: Readonly<Record<string, string>> = {}): StartedCommand {
    const [program = '', ...parameters] = argv;
    return new StartedCommand(
      spawn(program, parameters, {
        cwd: CHECKOUT,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...withoutServices(process.env), ...variables },
      }),
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Everything that it has written so far. */
  get text(): string {
    return this.output;
  }

  /** Waits for a line of its output and returns what the pattern's first group caught. */
  async waitForLine(pattern: RegExp, deadlineMs: number): Promise<string> {
    const match = await waitFor(
      `a line like ${pattern.source}`,
      () => {
        const found = pattern.exec(this.output);
        if (found === null && this.hasEnded) throw new Error(`it ended without a line like ${pattern.source}:\n${this.output}`);
        return found;
      },
      { deadlineMs },
    );
    return match[1] ?? match[0];
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** What names services of the machine where the tests run is not meant for the commands under test. */
function withoutServices(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(POSTGRES_|REDIS_URL|FRACTAL_|JWT_|npm_|INIT_CWD|NODE_OPTIONS|VITEST)/.test(name)),
  );
}
