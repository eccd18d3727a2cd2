import type { ClusterUser } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { addResource, SiteMember, type SiteJob, type SiteResource } from './site/site-member.js';
import { Site } from './site/site.js';

const START_DEADLINE_MS = 240_000;
const TEST_DEADLINE_MS = 240_000;

/** What `GET …/explain/` says of the batches of a job. */
interface Explanation {
  readonly text: string;
  readonly batches: readonly { readonly slurm_job_id: string | null; readonly slurm_state: string | null }[];
}

await describeOnCluster('a site with clusters and a service account that may do next to nothing', () => {
  let site: Site;
  let jane: ClusterUser;
  let paul: ClusterUser;
  let bySudo: SiteResource;
  let bySsh: SiteResource;
  let bySecondSsh: SiteResource;

  beforeAll(async () => {
    site = await Site.start();
    [jane, paul] = site.cluster.users as [ClusterUser, ClusterUser];
    const [first, second] = site.sshd.map(({ host, port }) => `${host}:${port}`) as [string, string];
    bySudo = await addResource(site, 'Cluster by sudo', 'slurm_sudo');
    bySsh = await addResource(site, 'Cluster by SSH', 'slurm_ssh', first);
    bySecondSsh = await addResource(site, 'Second way by SSH', 'slurm_ssh', second);
    site.startWorker('--backend', 'slurm_sudo', '--resource', bySudo.name);
    site.startWorker('--backend', 'slurm_ssh', '--backend', 'local');
  }, START_DEADLINE_MS);
  afterAll(() => site?.stop(), START_DEADLINE_MS);

  const logsOnFailure = (): void => onTestFailed(() => console.log(site.logs()));
  const sudo = (...words: string[]) => site.asWorker(['sudo', '-n', ...words]);
  const explained = (member: SiteMember, { id }: SiteJob) => member.api.get<Explanation>(`/api/v2/job/${id}/explain/`);

  it('has a worker that may act as its users with five commands, and nothing else', async () => {
    for (const refused of [['id'], ['-u', jane.name, 'id'], ['-u', jane.name, 'sh', '-c', 'ls'], ['-u', 'root', 'ls', '/'], ['ls', '/']]) {
      expect(await sudo(...refused)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('password is required') });
    }
    expect(await sudo('-u', jane.name, 'ls', '/')).toMatchObject({ status: 0 });
  });

  it.for(['slurm_sudo', 'slurm_ssh'] as const)(
    'runs the jobs of two users side by side, each with files of their own (%s)',
    { timeout: TEST_DEADLINE_MS },
    async (type) => {
      logsOnFailure();
      const resource = type === 'slurm_sudo' ? bySudo : bySsh;
      const members = [await SiteMember.add(site, resource, jane), await SiteMember.add(site, resource, paul)] as const;
      const jobs = [await members[0].submit(), await members[1].submit()] as const;
      for (const [index, member] of members.entries()) expect(await member.end(jobs[index]!)).toMatchObject({ status: 'done' });

      for (const [index, user] of [jane, paul].entries()) {
        const { workingDir, workingDirUser, path } = jobs[index]!;
        expect(unitLogs(workingDirUser)).toEqual([`I am ${user.name}\n`, `I am ${user.name}\n`]);
        expect(filesOfOthers(workingDirUser, user)).toEqual([]);
        const other = user === jane ? paul : jane;
        for (const folder of [workingDir, workingDirUser]) {
          expect((await site.cluster.runAs(other, ['ls', folder])).stderr).toContain('Permission denied');
        }
        // The server's side holds what people ask the API for.
        expect((await members[index]!.api.request('GET', `${path}download/`)).status).toBe(200);
      }
      const accounted = await site.admin.post<number[]>('/admin/v2/accounting/slurm/', { fractal_job_id: jobs[0].id });
      expect(accounted).toHaveLength(1);
    },
  );

  it('has an API that sees the folders of jobs as its workers do', async () => {
    for (const { id } of [bySudo, bySsh]) {
      const health = () => site.admin.get<{ status: string; places: unknown[] }>(`/admin/v2/resource/${id}/health/`);
      await site.waitFor('the file of a worker', async () => (await health()).status !== 'unknown');
      expect(await health()).toMatchObject({ status: 'shared', places: [{ is_shared: true, reason: null }] });
    }
  });

  it('has SSH keys that only the worker reaches', async () => {
    const key = site.installKey(jane);
    expect((await site.asWorker(['cat', key])).stdout).toContain('PRIVATE KEY');
    expect(await site.asApi(['cat', key])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('Permission denied') });
  });

  it.for(['slurm_sudo', 'slurm_ssh'] as const)(
    'shows a running job in the queue, says what it does, and ends it (%s)',
    { timeout: TEST_DEADLINE_MS },
    async (type) => {
      logsOnFailure();
      const resource = type === 'slurm_sudo' ? bySudo : bySsh;
      const member = await SiteMember.add(site, resource, jane);
      const job = await member.submit(300);
      const id = await site.waitFor('the SLURM job to run', async () => {
        const { batches } = await explained(member, job);
        return batches[0]?.slurm_state === 'RUNNING' && batches[0].slurm_job_id;
      });
      const queue = await member.api.request('GET', '/api/v2/job/squeue/?scope=user');
      expect(queue).toMatchObject({ status: 200, text: expect.stringMatching(new RegExp(`\\b${id}\\b.*${jane.name}.*RUNNING`)) });
      const [method, word] = type === 'slurm_sudo' ? ['GET', 'stop'] : ['POST', 'cancel'];
      // Twice, before the first can have ended it: a repetition is harmless.
      const ask = async () => member.api.request(method, `${job.path}${word}/`);
      expect((await Promise.all([ask(), ask()])).map(({ status }) => status)).toEqual([202, 202]);
      expect(await member.end(job)).toMatchObject({ status: 'failed', log: expect.stringMatching(/stopp|cancel|request/i) });
      expect((await site.cluster.liveJobs()).filter((live) => live.id === id)).toEqual([]);
    },
  );

  it('serves several resources of each kind, each by the workers that were told to', { timeout: TEST_DEADLINE_MS }, async () => {
    logsOnFailure();
    const unserved = await addResource(site, 'Second cluster by sudo', 'slurm_sudo');
    const local = [await addResource(site, 'This machine', 'local'), await addResource(site, 'This machine again', 'local')];
    const patient = await SiteMember.add(site, unserved, jane);
    const patientJob = await patient.submit();
    const others = [await SiteMember.add(site, bySecondSsh, paul)];
    for (const resource of local) others.push(await SiteMember.add(site, resource));
    const jobs = await Promise.all(others.map(async (member) => member.submit()));
    for (const [index, member] of others.entries()) expect(await member.end(jobs[index]!)).toMatchObject({ status: 'done' });

    expect(await patient.api.get(patientJob.path)).toMatchObject({ status: 'submitted' });
    expect(existsSync(patientJob.workingDir)).toBe(false);
    site.startWorker('--backend', 'slurm_sudo', '--resource', unserved.name);
    expect(await patient.end(patientJob)).toMatchObject({ status: 'done' });
  });

  it('shows the keys of login nodes that were trusted, and forgets them', async () => {
    const [, { port }] = site.sshd;
    expect(await site.fractalctl('host-key', 'list')).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:${port}  ssh-ed25519  SHA256:\\S{43}  seen first .* UTC\n$`),
    );
    expect(await site.fractalctl('host-key', 'forget', `127.0.0.1:${port}`)).toBe(`Forgot the key of '127.0.0.1:${port}'.\n`);
    expect(await site.fractalctl('host-key', 'list')).toBe('No key is pinned.\n');
    await expect(site.fractalctl('host-key', 'forget', `127.0.0.1:${port}`)).rejects.toThrow('ended with 1: No key of');
    await expect(site.fractalctl('host-key', 'forget', 'no host')).rejects.toThrow('ended with 2: ');
  });

  function filesOfOthers(folder: string, { uid }: ClusterUser): string[] {
    const paths = [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))];
    return paths.filter((path) => statSync(path).uid !== uid);
  }

  function unitLogs(folder: string): string[] {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('-log.txt'));
    return names.map((name) => readFileSync(join(folder, name), 'utf8'));
  }
});
