import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalHost, type CommandResult, type RunOptions } from '@fractal-server/hosts';
import type { AttemptSpec, TaskUnit } from '../attempt/attempt-spec.js';
import { encodeAttemptSpec } from '../attempt/attempt-spec.js';
import type { AttemptLook, LookRequest } from '../remote/attempt-look.js';
import { PARTS_START } from '../results/parts-cursor.js';
import { AttemptReader } from '../remote/attempt-reader.js';
import { runnerCommand } from '../runner/spawn-runner.js';
import { AttemptUnderTest, PYTHON, taskUnit, UNIT_ENVIRONMENT, until } from './attempt-under-test.js';

/** What SLURM gives to a batch script, as far as the runner looks at it. */
const SLURM_ENVIRONMENT = {
  SLURM_JOB_ID: '4711',
  SLURM_CLUSTER_NAME: 'test',
  SLURMD_NODENAME: 'node1',
  SLURM_JOB_PARTITION: 'main',
  SLURM_JOB_USER: 'alice',
};

/** The local host, with a list of the commands that it was asked to run. */
export class CountingHost extends LocalHost {
  readonly commands: string[][] = [];

  override run(argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    this.commands.push([...argv]);
    return super.run(argv, options);
  }
}

/** An attempt as on a cluster, without a scheduler: spec and attempt are in two folders, and it is read by `ls` and `cat` alone. */
export class ClusterAttempt {
  readonly host = new CountingHost(UNIT_ENVIRONMENT);
  readonly reader = new AttemptReader(this.host);
  readonly calls = { deadlineMs: 20_000 };
  readonly specFolder: string;
  readonly localTaskFolder: string;

  private constructor(readonly attempt: AttemptUnderTest) {
    this.specFolder = join(attempt.base, 'spec');
    this.localTaskFolder = join(attempt.base, 'local-task');
  }

  static async create(below?: string): Promise<ClusterAttempt> {
    const cluster = new ClusterAttempt(await AttemptUnderTest.create(below));
    await mkdir(cluster.attempt.folder);
    await mkdir(cluster.specFolder);
    await mkdir(cluster.localTaskFolder);
    return cluster;
  }

  get folder(): string {
    return this.attempt.folder;
  }

  /** A shell script as the task's command; `$2` is its argument file, `$4` its metadiff. */
  async prepare(script: string, units: number | TaskUnit[], slots = 4, options: Partial<AttemptSpec> = {}): Promise<void> {
    const { attempt, host, calls } = this;
    const path = join(attempt.base, 'task.sh');
    await host.writeFile(path, `#!/bin/sh\n${script}\n`, calls);
    const list = typeof units === 'number' ? Array.from({ length: units }, (_, index) => taskUnit(index)) : units;
    const batch = { kind: 'tasks', command: ['/bin/sh', path], folder: attempt.taskFolder, units: list } as const;
    const spec = attempt.spec(batch, { site: 'cluster', environment: {}, ...options });
    await host.writeFile(join(this.specFolder, 'slots'), `${slots}\n`, calls);
    await host.writeFile(join(this.specFolder, 'spec'), encodeAttemptSpec(spec), calls);
  }

  /** Start the runner as a batch script's `exec` does. */
  spawn(environment: Record<string, string> = {}, python = PYTHON): ChildProcess {
    const [program = '', ...parameters] = runnerCommand(python, this.folder, undefined, this.specFolder);
    const log = openSync(join(this.attempt.base, 'slurm.err'), 'a');
    const env = { ...UNIT_ENVIRONMENT, ...SLURM_ENVIRONMENT, FRACTAL_ATTEMPT: this.attempt.token, ...environment };
    const child = spawn(program, parameters, { cwd: '/', env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    return child;
  }

  async run(python = PYTHON): Promise<AttemptLook> {
    const child = this.spawn({}, python);
    await until('the runner ended', async () => child.exitCode !== null);
    return await this.look();
  }

  async look(request: Partial<LookRequest> = {}): Promise<AttemptLook> {
    return await this.reader.look({ folder: this.folder, cursor: PARTS_START, knownOwner: null, ...request }, this.calls);
  }

  /** The first look that satisfies the condition. */
  async lookUntil(what: string, condition: (look: AttemptLook) => boolean): Promise<AttemptLook> {
    return await until(what, async () => {
      const look = await this.look();
      return condition(look) && look;
    });
  }
}
