import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { cleanEnvironment } from '../clean-environment.js';
import { describeCommands, describeFiles, describeOutputToFile, describeReading, describeTransfer } from '../contract/host-contract.js';
import { LocalHost } from './local-host.js';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function emptyFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'local host ü-')));
  folders.push(folder);
  return folder;
}

async function arrange() {
  return { host: new LocalHost(cleanEnvironment(process.env)), folder: await emptyFolder(), localFolder: await emptyFolder() };
}

describeCommands('LocalHost', arrange);
describeReading('LocalHost', arrange);
describeFiles('LocalHost', arrange);
describeOutputToFile('LocalHost', arrange);
describeTransfer('LocalHost', arrange);
