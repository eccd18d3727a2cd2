import { sharedCluster, describeOnCluster } from '@fractal-server/test-cluster/vitest';
import type { Cluster, ClusterUser } from '@fractal-server/test-cluster';
import { LocalHost } from '@fractal-server/hosts';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { newAttemptName, newAttemptToken } from '../attempt/attempt-name.js';
import type { AttemptSpec } from '../attempt/attempt-spec.js';
import { prepareAttempt } from '../attempt/prepare-attempt.js';
import type { AttemptLook } from '../remote/attempt-look.js';
import { AttemptReader } from '../remote/attempt-reader.js';
import { PARTS_START } from '../results/parts-cursor.js';
import { findProcesses } from '../end/end-processes.js';
import { taskUnit, UNIT_ENVIRONMENT, until } from '../test-attempt/attempt-under-test.js';
import { runnerCommand, UNIT_RUNNER_PATH } from './spawn-runner.js';

await describeOnCluster('the unit runner as a SLURM job', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await sharedCluster();
  }, 60_000);

  it('writes its end marker before SLURM kills what a cancelled job has left, and knows that the units did not fail', async () => {
    // The cluster waits 5 s between its two signals.
    const job = await SlurmAttempt.submit(cluster, 'case "$2" in *0-args.json) exit 0 ;; esac; exec sleep 600', { unitGraceMs: 2_000 });
    await job.lookUntil('the first unit ended', ({ results }) => results.length === 1);
    expect(job.processes()).toBeGreaterThan(0);
    await cluster.runAs(job.user, ['/usr/bin/scancel', job.slurmJobId]);
    const look = await job.lookUntil('the end marker is there', ({ end }) => end !== null);
    expect(look.end).toMatchObject({ reason: 'terminated', finished: look.end?.started });
    expect(look.results.map(({ stopped }) => stopped).sort()).toEqual([false, true, true]);
    expect(look.claim).toMatchObject({ owner: { slurmJobId: job.slurmJobId, slurm: { user: job.user.name, cluster: cluster.name } } });
    await until('no process is left', async () => job.processes() === 0);
  });

  it('starts units as steps where the launcher is srun', async () => {
    const launcher = ['srun', '--ntasks=1', '--cpus-per-task=1', '--mem=50', '--exact', '--quiet'];
    const job = await SlurmAttempt.submit(cluster, 'printf \'"%s"\' "$SLURM_STEP_ID" > "$4"; test "$SLURM_STEP_ID" != 2', { launcher });
    const look = await job.lookUntil('it ended', ({ end }) => end !== null);
    const steps = look.results.map(({ output }) => (output.kind === 'inline' ? output.text : null));
    expect(look.results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 0, 1]);
    expect(steps.filter((step) => step !== null).sort()).toEqual(['"0"', '"1"']);
    expect(look.end).toMatchObject({ reason: 'completed', bundle: look.bundleBytes });
  });
});

/** Three units, two at once, as one SLURM job of a user of its own. */
class SlurmAttempt {
  private readonly reader = new AttemptReader(new LocalHost(UNIT_ENVIRONMENT));

  private constructor(
    readonly user: ClusterUser,
    readonly slurmJobId: string,
    private readonly folder: string,
    private readonly token: string,
  ) {}

  static async submit(cluster: Cluster, script: string, options: Partial<AttemptSpec>): Promise<SlurmAttempt> {
    const [user] = await cluster.createUsers(1);
    if (user === undefined) throw new Error('no user');
    const [name, token] = [newAttemptName('test'), newAttemptToken()];
    const specFolder = cluster.makeFolder(`${name}-spec`);
    const folder = cluster.makeFolder(`${name}-attempt`, { owner: user, mode: 0o700 });
    const taskFolder = cluster.makeFolder(`${name}-task`, { owner: user, mode: 0o700 });
    await prepare(specFolder, taskFolder, script, { name, token, ...options });
    const command = runnerCommand('/usr/bin/python3', folder, join(specFolder, 'unit_runner.py'), specFolder);
    const text = `#!/bin/sh\nexport FRACTAL_ATTEMPT=${token}\nexec ${command.join(' ')}\n`;
    const asked = ['--parsable', '--ntasks=1', '--cpus-per-task=2', '--mem=200', '--output=/dev/null'];
    const { stdout } = await cluster.runAs(user, ['/usr/bin/sbatch', ...asked], { input: text });
    return new SlurmAttempt(user, stdout.trim(), folder, token);
  }

  async lookUntil(what: string, condition: (look: AttemptLook) => boolean): Promise<AttemptLook> {
    return await until(
      what,
      async () => {
        const look = await this.reader.look({ folder: this.folder, cursor: PARTS_START, knownOwner: null }, { deadlineMs: 20_000 });
        return condition(look) && look;
      },
      60_000,
    );
  }

  processes(): number {
    return findProcesses({ token: this.token, runner: null }).length;
  }
}

async function prepare(
  specFolder: string,
  taskFolder: string,
  script: string,
  options: Partial<AttemptSpec> & { name: string; token: string },
) {
  const host = new LocalHost(UNIT_ENVIRONMENT);
  const calls = { deadlineMs: 20_000 };
  const path = join(specFolder, 'task.sh');
  await host.writeFile(path, script, calls);
  const batch = {
    kind: 'tasks',
    command: ['/bin/sh', path],
    folder: taskFolder,
    units: [0, 1, 2].map((index) => taskUnit(index)),
  } as const;
  const spec: AttemptSpec = { place: 'cluster', environment: {}, workingFolder: taskFolder, site: 'cluster', batch, ...options };
  await mkdir(specFolder, { recursive: true });
  await prepareAttempt(host, specFolder, spec, 2, calls);
  await copyFile(UNIT_RUNNER_PATH, join(specFolder, 'unit_runner.py'));
  for (const name of ['spec', 'slots', 'task.sh', 'unit_runner.py']) await chmod(join(specFolder, name), 0o644);
}
