import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheDirOf, jobArchiveName, jobFolderName, jobFolders } from './job-folder.js';
import { hasParentReference, posixNormpath } from './posix-normpath.js';
import { sanitizeName } from './sanitize-name.js';
import { isZarrUrlRelativeTo, joinZarrDir, normalizeZarrUrl, zarrUrlFault } from './zarr-url.js';

describe('posixNormpath', () => {
  it.each([
    ['', '.'],
    ['/', '/'],
    ['//', '//'],
    ['///', '/'],
    ['//a', '//a'],
    ['///a', '/a'],
    ['/a//b/./c/', '/a/b/c'],
    ['/a/../b', '/b'],
    ['/..', '/'],
    ['a/../..', '..'],
    ['../../a', '../../a'],
    ['./a', 'a'],
    ['//bin/./sh', '//bin/sh'],
    ['a/', 'a'],
  ])('turns %j into %j, as Python does', (path, expected) => {
    expect(posixNormpath(path)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('/', '.', '..', 'a', 'b c'), { maxLength: 12 }), (parts) => {
        const once = posixNormpath(parts.join(''));
        expect(posixNormpath(once)).toBe(once);
      }),
    );
  });

  it('sees a parent reference only as a whole component', () => {
    expect(hasParentReference('/a/../b')).toBe(true);
    expect(hasParentReference('/a/..b/c..')).toBe(false);
  });
});

describe('Zarr URLs', () => {
  it.each([
    ['/data//x/', '/data/x'],
    ['//data/x', '//data/x'],
    ['s3://bucket//x/./y///', 's3://bucket//x/./y'],
  ])('normalises %j to %j', (url, expected) => {
    expect(normalizeZarrUrl(url)).toBe(expected);
  });

  it.each([
    ['/a/../b', 'parent_reference'],
    ['s3://a/../b', 'parent_reference'],
    ['a/b', 'not_a_zarr_url'],
    ['https://a/b', 'not_a_zarr_url'],
    ['', 'not_a_zarr_url'],
    ['/a', undefined],
    ['s3://a', undefined],
  ])('says about %j: %s', (url, fault) => {
    expect(zarrUrlFault(url)).toBe(fault);
  });

  it.each([
    ['/a/b', '/a', true],
    ['/a/b', '/a/b/', true],
    ['/a/b', '/a/bc', false],
    ['/a/bc', '/a/b', false],
    ['/a', '/', true],
    ['s3://x/a', 's3://x', true],
    ['s3://x/a', '/x', false],
    ['/x/a', 's3://x', false],
  ])('%j relative to %j: %s', (url, base, expected) => {
    expect(isZarrUrlRelativeTo(url, base)).toBe(expected);
  });

  it.each([
    ['/data/me', 'proj/ds', '/data/me/proj/ds'],
    ['/data/me/', './ds/', '/data/me/ds'],
    ['s3://bucket/key', 'proj/ds', 's3://bucket/key/proj/ds'],
    ['s3://bucket/key/', 'ds', 's3://bucket/key/ds'],
  ])('joins %j and %j to %j', (base, subfolder, expected) => {
    expect(joinZarrDir(base, subfolder)).toBe(expected);
  });
});

describe('sanitizeName', () => {
  it('keeps its length, letters of any alphabet and nothing that a shell or a path could misread', () => {
    expect(sanitizeName('My Proj-1.2')).toBe('my_proj_1_2');
    fc.assert(
      fc.property(fc.string(), (name) => {
        const clean = sanitizeName(name);
        expect(clean).toHaveLength(name.toLowerCase().length);
        expect(clean).not.toMatch(/[/\\ \n'"$`;]/);
      }),
    );
  });
});

describe('folders of a job', () => {
  const name = { projectId: 1, workflowId: 22, jobId: 12345678, startTimestamp: '2026-11-22T10:01:04.838093+00:00' };
  const relative = '2026-11/proj_v2_0000001_wf_0000022_job_12345678_20261122_100104';
  const bases = { jobsLocalDir: '/jobs', jobsRemoteDir: '/remote', cacheDir: '/home/me/fractal/.fractal_cache' };

  it('carry the ids with at least seven digits and the start', () => {
    expect(jobFolderName(name)).toBe(relative);
  });

  it.each([
    ['local', `/jobs/${relative}`],
    ['slurm_sudo', `/home/me/fractal/.fractal_cache/${relative}`],
    ['slurm_ssh', `/remote/${relative}`],
  ] as const)('of a %s resource have the user side at %s', (resourceType, expected) => {
    expect(jobFolders({ ...bases, resourceType }, name)).toEqual({ workingDir: `/jobs/${relative}`, workingDirUser: expected });
  });

  it('lie below the first project folder for the cache', () => {
    expect(cacheDirOf('/home/me/')).toBe('/home/me/fractal/.fractal_cache');
  });

  it('give their name to the archive', () => {
    expect(jobArchiveName(`/jobs/${relative}`)).toBe('proj_v2_0000001_wf_0000022_job_12345678_20261122_100104_archive.zip');
  });

  it('need an ISO timestamp', () => {
    expect(() => jobFolderName({ ...name, startTimestamp: 'today' })).toThrow('Not an ISO timestamp: today');
  });
});
