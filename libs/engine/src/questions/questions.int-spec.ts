import { askQuestion, readQuestionOutcome, withdrawQuestion, Lease, type NewQuestion } from '@fractal-server/database';
import { HostCallTimedOut, type CommandResult, type Commands } from '@fractal-server/hosts';
import { aResource, createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clusters } from '../accounts/clusters.js';
import { reconcileQuestion } from './reconcile-question.js';

let test: TestDatabase;
let resourceId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  resourceId = await aResource(test.database);
});
afterAll(() => test?.close());

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const printed = (text: string, more: Partial<CommandResult> = {}): CommandResult => ({
  ...{ argv: ['squeue'], exitCode: 0, signal: null, stdoutTruncated: false, stderr: Buffer.from(''), stderrTruncated: false },
  stdout: Buffer.from(text),
  ...more,
});

/** A cluster whose commands do this; tells what it was asked. */
function aCluster(run: Commands['run']): Clusters & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    queueCommands: async (host) => ({
      run: (argv, options) => {
        asked.push(`${host.resourceId} '${host.login}' ${argv.join(' ')}`);
        return run(argv, options);
      },
    }),
  };
}

const aQuestion = (parameters: NewQuestion['parameters'], login = ''): NewQuestion => ({
  ...{ kind: 'squeue', resourceId, backendType: 'slurm_sudo' },
  login,
  parameters,
});
const ask = async (question: NewQuestion, seconds = 60): Promise<number> =>
  (await test.database.transaction((transaction) => askQuestion(transaction, question, seconds))).id;

/** One look of a worker. */
async function look(id: number, clusters: Clusters): Promise<string> {
  const lease = await Lease.take(test.database, { kind: 'question', id }, 'a test');
  if (lease === null) return 'no line of work';
  const next = await reconcileQuestion({ database: test.database, logger: silent, clusters }, id, lease);
  if (next === 'now') return next;
  await lease.release(next);
  return typeof next === 'string' ? next : 'later';
}

const FORMAT = '--format=%.12i %.9P %.24j %.14u %.14a %.11T %.12M %.6D %.4C %.10m %R';

describe('a question about the queue', () => {
  it('is answered once, with what squeue printed, and leaves no work', async () => {
    const cluster = aCluster(async () => printed('JOBID\n  17 jä\0ne\n'));
    const id = await ask(aQuestion({ user: null, accounts: [] }, 'jane'));
    expect(await readQuestionOutcome(test.database, id)).toBeNull();
    expect(await look(id, cluster)).toBe('closed');
    expect(await readQuestionOutcome(test.database, id)).toEqual({ answer: 'JOBID\n  17 jä\uFFFDne\n' });
    expect(cluster.asked).toEqual([`${resourceId} 'jane' squeue ${FORMAT}`]);
    expect(await look(id, cluster)).toBe('no line of work');
  });

  it('may be about a user or about accounts', async () => {
    const cluster = aCluster(async () => printed(''));
    await look(await ask(aQuestion({ user: 'jane', accounts: [] })), cluster);
    await look(await ask(aQuestion({ user: null, accounts: ['a.b', 'c-d'] })), cluster);
    expect(cluster.asked).toEqual([
      `${resourceId} '' squeue --user=jane ${FORMAT}`,
      `${resourceId} '' squeue --accounts=a.b,c-d ${FORMAT}`,
    ]);
  });

  it.each([
    { user: '-x', accounts: [] },
    { user: 'a,root', accounts: [] },
    { user: 'a\nb', accounts: [] },
    { user: null, accounts: ['a,b'] },
    { user: null, accounts: ['$(id)'] },
    { user: null, accounts: ['a', 'b --help'] },
    { user: 5, accounts: [] },
    {},
  ])('is refused with %j: no command runs', async (parameters) => {
    const cluster = aCluster(async () => printed(''));
    const id = await ask(aQuestion(parameters));
    expect(await look(id, cluster)).toBe('closed');
    expect(await readQuestionOutcome(test.database, id)).toMatchObject({
      failure: expect.stringContaining('not a question about a queue'),
    });
    expect(cluster.asked).toEqual([]);
  });

  it.each([
    ['that fails', async () => printed('', { exitCode: 1, stderr: Buffer.from('Socket timed out') }), /Socket timed out/],
    ['that does not answer', async () => Promise.reject(new HostCallTimedOut('squeue', 100)), /squeue/],
    ['that prints too much', async () => printed('x', { stdoutTruncated: true }), /longer than/],
  ])('to a cluster %s gets the reason', async (_, run, reason) => {
    const id = await ask(aQuestion({ user: null, accounts: [] }));
    expect(await look(id, aCluster(run))).toBe('closed');
    expect(await readQuestionOutcome(test.database, id)).toEqual({ failure: expect.stringMatching(reason) });
  });

  it('is left alone when nobody waits any more, and goes with the next question', async () => {
    const cluster = aCluster(async () => printed(''));
    const late = await ask(aQuestion({ user: null, accounts: [] }), -1);
    expect(await look(late, cluster)).toBe('closed');
    expect(cluster.asked).toEqual([]);
    const forgotten = await ask(aQuestion({ user: null, accounts: [] }), -1);
    await withdrawQuestion(test.database, await ask(aQuestion({ user: null, accounts: [] })));
    expect(await readQuestionOutcome(test.database, forgotten)).toEqual({ failure: 'the question was removed' });
    expect(await test.database.query(`select id from work where kind = 'question' and id >= $1`, [late])).toEqual([]);
  });
});
