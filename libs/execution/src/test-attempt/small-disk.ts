import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const [MOUNT, UMOUNT] = ['/usr/bin/mount', '/usr/bin/umount'];

/** A disk of 1 MiB in memory, empty for each test. */
export class SmallDisk {
  readonly path = mkdtempSync(join(realpathSync(tmpdir()), 'small-disk-'));
  /** Root in a container may lack the right to mount: only trying tells. */
  readonly mayMount: boolean;

  constructor() {
    try {
      execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', this.path], { stdio: 'ignore' });
      execFileSync(UMOUNT, [this.path]);
      this.mayMount = true;
    } catch {
      this.mayMount = false;
    }
  }

  /** Mount it until the test has finished, and what the test makes afterwards has been removed. */
  mount(): void {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', this.path]);
    onTestFinished(() => void execFileSync(UMOUNT, [this.path]));
  }

  /** Fill the disk up to a number of bytes. */
  fill(name: string, leaveBytes: number): void {
    const { bavail, bsize } = statfsSync(this.path);
    writeFileSync(join(this.path, name), Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
