import {
  appendToUpload,
  assignUpload,
  beginUpload,
  enqueueWork,
  findActivity,
  findTaskGroup,
  insertActivity,
  insertTaskGroup,
  listTasksOfGroup,
  type Activity,
  type Database,
  type DatabaseOptions,
  type Task,
  type TaskGroup,
} from '@fractal-server/database';
import { listProcesses, readProcessEnvironment } from '@fractal-server/hosts';
import { aPerson, createTestDatabase, writeWheel, type Person, type TestDatabase } from '@fractal-server/test-support';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ResourceType } from '@fractal-server/domain';
import { encodeCollectionSpec, type CollectionSpec } from '../src/index.js';
import { hostsOf } from './reconcile-to-the-end.js';

/** The interpreter that environments under test are made from. */
export const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

const MANIFEST = {
  manifest_version: '2',
  task_list: [{ name: 'Echo', executable_parallel: 'echo.py', input_types: { is_3D: true } }],
};

/** Files of a package with one task. */
export const ONE_TASK = {
  'small_tasks/__FRACTAL_MANIFEST__.json': JSON.stringify(MANIFEST),
  'small_tasks/echo.py': 'print("echo")\n',
};

/** What a collection under test is asked to do. */
export interface Given extends Partial<Pick<CollectionSpec, 'installer' | 'basePython'>> {
  /** Extra packages of the index, before the package itself. */
  readonly pinsBefore?: Readonly<Record<string, string>>;
  /** Files of the package; one with one task by default. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The login node that environments are built on. */
export interface GivenLogin {
  /** Address of the login node. */
  readonly host: string;
  readonly user: { readonly name: string; readonly keyFile: string };
  /** Folder of all environments there; this machine can look into it. */
  readonly base: string;
}

/** An accepted collection. */
export interface AcceptedCollection {
  readonly activityId: number;
  readonly groupId: number;
  /** Folder of the task group. */
  readonly path: string;
}

/** A database, a folder for environments, and collections of small wheels with both. */
export class CollectionFixture {
  private nextVersion = 1;

  private constructor(
    private readonly test: TestDatabase,
    /** Folder of all environments. */
    readonly base: string,
    private readonly person: Person,
    private readonly backendType: ResourceType,
  ) {}

  static async create(backendType: 'local' | 'slurm_sudo' = 'local'): Promise<CollectionFixture> {
    const test = await createTestDatabase();
    const person = await aPerson(test.database);
    if (backendType === 'slurm_sudo') {
      await test.database.execute(`update resource set type = 'slurm_sudo', jobs_slurm_python_worker = '/usr/bin/python3' where id = $1`, [
        person.resourceId,
      ]);
    }
    return new CollectionFixture(test, await mkdtemp(join(tmpdir(), 'Umgebung für alle ')), person, backendType);
  }

  /** With the resource and the profile of a login node. */
  static async createOnLoginNode({ host, user, base }: GivenLogin): Promise<CollectionFixture> {
    const test = await createTestDatabase();
    const person = await aPerson(test.database);
    await test.database.execute(
      `update resource set type = 'slurm_ssh', host = $2, jobs_slurm_python_worker = '/usr/bin/python3' where id = $1`,
      [person.resourceId, host],
    );
    await test.database.execute(
      `update profile set resource_type = 'slurm_ssh', username = $2, ssh_key_path = $3, tasks_remote_dir = $4 where id = $1`,
      [person.profileId, user.name, user.keyFile, base],
    );
    return new CollectionFixture(test, base, person, 'slurm_ssh');
  }

  get database(): Database {
    return this.test.database;
  }

  get options(): DatabaseOptions {
    return this.test.options;
  }

  /** The interpreter that environments are made from: users of a cluster cannot read everybody's. */
  get python(): string {
    return this.backendType === 'local' ? PYTHON : '/usr/bin/python3';
  }

  /** Folder of uv and of attempts. */
  get toolsFolder(): string {
    return this.backendType === 'slurm_ssh' ? join(this.base, String(this.person.userId)) : this.base;
  }

  async close(): Promise<void> {
    hostsOf(this.database).close();
    await this.test.close();
    await rm(this.base, { recursive: true, force: true });
  }

  /** A small wheel of a version of its own, sent with the request, as the API leaves it. */
  async acceptedCollection({
    installer = 'uv',
    basePython = this.python,
    files = ONE_TASK,
    pinsBefore = {},
  }: Given = {}): Promise<AcceptedCollection> {
    const version = `1.${this.nextVersion++}`;
    const path = join(this.base, String(this.person.userId), 'small-tasks', version);
    const fileName = `small_tasks-${version}-py3-none-any.whl`;
    const uploadId = await this.anUpload(fileName, { version, files });
    const spec: CollectionSpec = {
      installer,
      uvVersion: null,
      uvProgram: null,
      basePython,
      pipCacheDir: join(this.base, 'cache'),
      profileId: this.person.profileId,
      baseFolder: this.base,
      upload: { id: uploadId, fileName },
      epoch: 1_767_000_000,
    };
    const { userId, resourceId } = this.person;
    return this.database.transaction(async (transaction) => {
      const common = { userId, resourceId, pkgName: 'small-tasks', version };
      const pinnedPackageVersionsPre = new Map(Object.entries(pinsBefore));
      const environment = { path, venvPath: `${path}/venv`, pythonVersion: '3.11', pinnedPackageVersionsPre };
      const group = await insertTaskGroup(transaction, { ...common, ...environment, origin: 'wheel-file', active: true });
      const activity = { ...common, taskGroupId: group.id, action: 'collect', fractalServerVersion: 'test' };
      const activityId = await insertActivity(transaction, { ...activity, spec: encodeCollectionSpec(spec) });
      await assignUpload(transaction, uploadId, activityId);
      await enqueueWork(transaction, { kind: 'activity', id: activityId, backendType: this.backendType, resourceId, place: null });
      return { activityId, groupId: group.id, path };
    });
  }

  async activity({ activityId }: AcceptedCollection): Promise<Activity> {
    return (await findActivity(this.database, activityId))!;
  }

  async group({ groupId }: AcceptedCollection): Promise<TaskGroup | null> {
    return findTaskGroup(this.database, groupId);
  }

  async tasks({ groupId }: AcceptedCollection): Promise<Task[]> {
    return listTasksOfGroup(this.database, groupId);
  }

  /** Lets a lease run out whose holder was killed or stopped. */
  async expireLease({ activityId }: AcceptedCollection): Promise<void> {
    await this.database.execute(`update work set until = clock_timestamp() - interval '1 second' where kind = 'activity' and id = $1`, [
      activityId,
    ]);
  }

  /** What is left of an ended collection beside its environment, if that was made: it should be nothing. */
  async whatIsLeft(collection: AcceptedCollection): Promise<string[]> {
    const { activityId, path } = collection;
    const isMade = (await this.group(collection)) !== null;
    const name = path.split('/').at(-1)!;
    const isSibling = (sibling: string): boolean => sibling === name || sibling.startsWith(`${name}.`);
    const siblings = (await namesIn(dirname(path))).filter((sibling) => isSibling(sibling) && !(isMade && sibling === name));
    const unfinished = (await namesIn(path)).filter((file) => /\.(part|trash)$/.test(file));
    const attempts = (await namesIn(join(this.toolsFolder, '.attempts'))).filter((folder) => folder === String(activityId));
    const rows = await this.database.query<{ what: string; token: string | null }>(
      `select 'open attempt' as what, null as token from attempt where activity_id = $1 and state in ('named', 'claimed')
       union all select 'line of work', null from work where kind = 'activity' and id = $1
       union all select 'upload', null from upload where activity_id = $1
       union all select null, token::text from attempt where activity_id = $1`,
      [activityId],
    );
    const processes = processesOf(rows.flatMap(({ token }) => (token === null ? [] : [token]))).map((pid) => `process ${pid}`);
    return [...siblings, ...unfinished, ...attempts, ...rows.flatMap(({ what }) => what ?? []), ...processes];
  }

  /** An interpreter that hangs the first time that something else than a unit runner is run with it. */
  async pythonThatHangsOnce(): Promise<{ readonly path: string; readonly hangs: () => Promise<boolean> }> {
    const path = join(this.base, `python-${this.nextVersion++}`);
    const script = `case "$*" in *unit_runner.py*|*libc_ver*|*pidNamespace*) ;; *) [ -e '${path}.seen' ] || { touch '${path}.seen'; exec sleep 600; } ;; esac`;
    await writeFile(path, `#!/bin/sh\n${script}\nexec '${this.python}' "$@"\n`, { mode: 0o755 });
    return {
      path,
      hangs: () =>
        readFile(`${path}.seen`).then(
          () => true,
          () => false,
        ),
    };
  }

  /** An interpreter that, when something else than a unit runner is run with it for the first time, waits for a word. */
  async pythonThatWaits(): Promise<{ readonly path: string; readonly waits: () => boolean; readonly go: () => Promise<void> }> {
    const path = join(this.base, `python-${this.nextVersion++}`);
    const wait = `[ -e '${path}.seen' ] || { touch '${path}.seen'; while ! [ -e '${path}.go' ]; do sleep 0.1; done; }`;
    const script = `case "$*" in *unit_runner.py*|*libc_ver*|*pidNamespace*) ;; *) ${wait} ;; esac`;
    await writeFile(path, `#!/bin/sh\n${script}\nexec '${this.python}' "$@"\n`, { mode: 0o755 });
    return { path, waits: () => existsSync(`${path}.seen`), go: () => writeFile(`${path}.go`, '') };
  }

  /** An interpreter that tells its own environment, and that of the process that started it, whenever an installer runs it. */
  async pythonThatTells(): Promise<{ readonly path: string; readonly told: string }> {
    const path = join(this.base, `python-${this.nextVersion++}`);
    const told = `${path}.told`;
    const tell = `cat /proc/$$/environ /proc/$PPID/environ | tr '\\0' '\\n' >> '${told}'`;
    const script = `case "$*" in *unit_runner.py*) ;; *) ${tell} ;; esac`;
    await writeFile(path, `#!/bin/sh\n${script}\nexec '${this.python}' "$@"\n`, { mode: 0o755 });
    return { path, told };
  }

  private async anUpload(
    fileName: string,
    { version, files }: { version: string; files: Readonly<Record<string, string>> },
  ): Promise<string> {
    const wheel = join(tmpdir(), `${process.pid}.${fileName}`);
    await writeWheel(wheel, { name: 'small_tasks', version, files: { 'small_tasks/__init__.py': '', ...files } });
    const id = await beginUpload(this.database, { userId: this.person.userId, fileName });
    const content = await readFile(wheel);
    await rm(wheel);
    const half = Math.ceil(content.length / 2);
    await appendToUpload(this.database, id, 0, content.subarray(0, half));
    await appendToUpload(this.database, id, 1, content.subarray(half));
    return id;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Pids of living processes that carry one of the tokens. */
export function processesOf(tokens: readonly string[]): number[] {
  return listProcesses()
    .filter(({ pid }) => tokens.some((token) => readProcessEnvironment(pid).includes(`FRACTAL_ATTEMPT=${token}`)))
    .map(({ pid }) => pid);
}
