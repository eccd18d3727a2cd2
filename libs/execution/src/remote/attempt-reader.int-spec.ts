import { appendFile, cp, mkdir, readdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HostFileError } from '@fractal-server/hosts';
import { revokeAttempt } from '../claim/claim.js';
import { ClusterAttempt, CountingHost } from '../test-attempt/cluster-attempt.js';
import { UNIT_ENVIRONMENT } from '../test-attempt/attempt-under-test.js';
import { AttemptUnreadable } from './attempt-contents.js';
import { PARTS_START } from '../results/parts-cursor.js';
import { AttemptReader } from './attempt-reader.js';

const calls = { deadlineMs: 20_000 };

/** An attempt that ran to its end, with one part per `parts`. */
async function endedAttempt(units = 3): Promise<ClusterAttempt> {
  const cluster = await ClusterAttempt.create();
  await cluster.prepare(`printf '{"n": 1}' > "$4"`, units);
  await cluster.run();
  return cluster;
}

describe('reading attempts by ls and cat', () => {
  it('takes two calls for forty attempts', async () => {
    const first = await endedAttempt();
    const { folder } = first;
    const folders = Array.from({ length: 40 }, (_, index) => `${folder}.${index}`);
    await Promise.all(folders.map((copy) => cp(folder, copy, { recursive: true })));
    const host = new CountingHost(UNIT_ENVIRONMENT);
    const reader = new AttemptReader(host);
    const looks = await Promise.all(folders.map((copy) => reader.look({ folder: copy, cursor: PARTS_START, knownOwner: null }, calls)));
    expect(looks.length).toBe(40);
    for (const look of looks) {
      expect(look.results.length).toBe(3);
      expect(look).toMatchObject({ claim: { kind: 'owned' }, end: { reason: 'completed' }, startedBelow: 3 });
    }
    expect(host.commands.map(([program]) => program)).toEqual(['ls', 'cat']);
  });

  it('takes one call when there is nothing new', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('case "$2" in *1-args.json) exec sleep 600 ;; esac', 2);
    cluster.spawn();
    const { cursor, claim } = await cluster.lookUntil('a unit ended', ({ results }) => results.length === 1);
    const knownOwner = claim.kind === 'owned' ? claim.owner : null;
    cluster.host.commands.length = 0;
    expect(await cluster.look({ cursor, knownOwner })).toMatchObject({ claim, results: [], cursor, end: null, more: false });
    expect(cluster.host.commands.map(([program]) => program)).toEqual(['ls']);
  });

  it('goes on from any cursor', async () => {
    const cluster = await endedAttempt();
    await appendPart(cluster, '');
    const all = await cluster.look();
    const next = await cluster.look({ cursor: { ...PARTS_START, parts: all.cursor.parts - 1 } });
    expect(next.results).toEqual([]);
    expect(next.cursor.parts).toBe(all.cursor.parts);
    expect((await cluster.look({ cursor: all.cursor })).results).toEqual([]);
  });

  it('sees attempts that are open, revoked or without a folder, in one listing', async () => {
    const cluster = await endedAttempt();
    const { base } = cluster.attempt;
    const [open, revoked, missing] = [join(base, 'open'), join(base, 'revoked'), join(base, 'missing')];
    await mkdir(open);
    await revokeAttempt(cluster.host, revoked, calls);
    cluster.host.commands.length = 0;
    const kinds = await Promise.all([open, revoked, missing, cluster.folder].map((folder) => cluster.look({ folder })));
    expect(kinds.map(({ claim }) => claim.kind)).toEqual(['open', 'revoked', 'open', 'owned']);
    expect(cluster.host.commands.map(([program]) => program)).toEqual(['ls', 'cat']);
  });

  it('believes the stored owner when a task has removed the folder, and knows nothing of started units then', async () => {
    const cluster = await endedAttempt();
    const { claim } = await cluster.look();
    const knownOwner = claim.kind === 'owned' ? claim.owner : null;
    await rm(cluster.folder, { recursive: true });
    expect(await cluster.look({ knownOwner })).toMatchObject({ claim, startedBelow: null, end: null });
  });

  it('looks again at a part whose content is not visible yet', async () => {
    const cluster = await endedAttempt();
    const whole = await cluster.look();
    const last = await partNames(cluster).then((names) => names.at(-1) ?? '');
    const path = join(cluster.folder, last);
    await rename(path, `${path}.whole`);
    await writeFile(path, '\n12 ');
    const late = await cluster.look();
    expect(late).toMatchObject({ isBehind: true, cursor: { parts: whole.cursor.parts - 1 }, end: { lines: 3 } });
    await rename(`${path}.whole`, path);
    const then = await cluster.look({ cursor: late.cursor });
    expect(then).toMatchObject({ isBehind: false, cursor: whole.cursor });
    expect(late.results.length + then.results.length).toBe(3);
  });

  it('takes an end marker without content for one that comes later', async () => {
    const cluster = await endedAttempt();
    await writeFile(join(cluster.folder, 'end'), '');
    expect(await cluster.look()).toMatchObject({ end: null, isBehind: true, results: { length: 3 } });
    await writeFile(join(cluster.folder, 'end'), ' '.repeat(512));
    expect(await cluster.look()).toMatchObject({ end: null, isBehind: true });
  });

  it('does not take a claim without content for an open one', async () => {
    const cluster = await endedAttempt();
    await truncate(join(cluster.folder, 'claim'), 0);
    await expect(cluster.look()).rejects.toThrow(HostFileError);
    await rm(join(cluster.folder, 'claim'));
  });

  it('keeps the trouble of one attempt from the others', async () => {
    const [good, bad] = [await endedAttempt(), await ClusterAttempt.create()];
    const record = '{"unit": "all of them", "exit": 0}';
    await writeFile(join(bad.folder, `results.0.${record.length + 13}`), framed(record));
    const renamed = `${bad.folder}.bad`;
    await rename(bad.folder, renamed);
    const [first, second] = await Promise.allSettled([good.look(), good.look({ folder: renamed })]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { results: { length: 3 } } });
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(AttemptUnreadable) });
    await rm(renamed, { recursive: true });
  });

  it('reads what a dead runner had not closed, once nothing runs any more', async () => {
    const cluster = await ClusterAttempt.create();
    const record = '{"unit":5,"exit":0}';
    await writeFile(join(cluster.folder, 'results.part'), `${framed(record)}\n99 torn`);
    expect((await cluster.look()).results).toEqual([]);
    expect((await cluster.look({ isOver: true })).results).toMatchObject([{ unit: 5, exitCode: 0 }]);
  });

  it('cannot be told lies by names with line breaks', async () => {
    const cluster = await endedAttempt();
    const other = `${cluster.folder}.other`;
    await mkdir(other);
    await writeFile(join(other, `x\n\n${'forged'.padEnd(3)}:\nend`), '');
    const looks = await Promise.all([cluster.look({ folder: other }), cluster.look()]);
    expect(looks).toMatchObject([{ claim: { kind: 'open' }, end: null }, { end: { reason: 'completed' } }]);
    await rm(other, { recursive: true });
  });

  it('shows signs of life', async () => {
    const cluster = await endedAttempt();
    await utimes(join(cluster.folder, 'heartbeat'), 1_000, 1_234);
    const read = (folder: string) => cluster.reader.readHeartbeat(folder, calls);
    expect(await Promise.all([read(cluster.folder), read(join(cluster.attempt.base, 'missing'))])).toEqual([1_234, null]);
  });
});

/** A part as the runner closes it. */
async function appendPart(cluster: ClusterAttempt, content: string): Promise<void> {
  const number = (await partNames(cluster)).length;
  await appendFile(join(cluster.folder, `results.${number}.${content.length}`), content);
}

async function partNames(cluster: ClusterAttempt): Promise<string[]> {
  return (await readdir(cluster.folder)).filter((name) => /^results\.\d+\.\d+$/.test(name)).sort();
}

function framed(record: string): string {
  return `\n${record.length} ${crc32(record).toString(16).padStart(8, '0')} ${record}`;
}
