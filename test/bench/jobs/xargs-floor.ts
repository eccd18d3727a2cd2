import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_OP } from './bench-workflow.js';

/** Milliseconds that `xargs -P4` needs for the same command with the same argument files, `count` times. No shell around it. */
export async function xargsFloor(folder: string, count: number): Promise<number> {
  const work = await mkdtemp(join(folder, 'floor-'));
  const command = join(work, 'no-op.sh');
  await writeFile(command, NO_OP, { mode: 0o755 });
  await mkdir(join(work, 'units'));
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const stem = join(work, 'units', `par-000000-${String(index).padStart(7, '0')}`);
    await writeFile(`${stem}-args.json`, `{"zarr_url": "/data/plate.zarr/${index}"}`);
    lines.push(`--args-json ${stem}-args.json --out-json ${stem}-metadiff.json`);
  }
  const started = performance.now();
  const xargs = spawn('xargs', ['-P4', '-n4', command], { stdio: ['pipe', 'inherit', 'inherit'] });
  xargs.stdin.end(lines.join('\n'));
  await once(xargs, 'exit');
  const took = performance.now() - started;
  await rm(work, { recursive: true });
  return took;
}
