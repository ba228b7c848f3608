import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeDiskConformance } from '../conformance/disk-conformance.ts';
import { nodeDisk } from './node-disk.ts';

function makeDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'zurau-platform-'));
}

/** Of this process, for a file that was removed. */
function descriptorsOf(removed: string): number[] {
  return fs
    .readdirSync('/proc/self/fd')
    .filter((name) => {
      try {
        return fs.readlinkSync(`/proc/self/fd/${name}`) === `${removed} (deleted)`;
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe('node disk', () => {
  describeDiskConformance(() => {
    const directory = makeDirectory();
    return {
      disk: nodeDisk,
      directory,
      settle: (promise) => promise,
      close: () => fs.rmSync(directory, { recursive: true }),
    };
  });

  it.runIf(process.platform === 'linux')(
    'frees the space of a large file after the turn that removed it',
    async () => {
      const directory = makeDirectory();
      const large = path.join(directory, 'large');
      fs.writeFileSync(large, Buffer.alloc(2 * 1024 * 1024, 1));
      nodeDisk.removeFileSync(large);
      expect(fs.existsSync(large)).toBe(false);
      const heldSizes = (): number[] =>
        descriptorsOf(large).map((descriptor) => fs.fstatSync(descriptor).size);
      expect(heldSizes()).toEqual([2 * 1024 * 1024]);
      await vi.waitUntil(() => descriptorsOf(large).length === 0, { timeout: 20_000 });
      fs.rmSync(directory, { recursive: true });
    },
  );

  describe('locks', () => {
    let directory: string;
    let lockPath: string;

    beforeEach(() => {
      directory = makeDirectory();
      lockPath = path.join(directory, '.lock');
    });

    afterEach(() => fs.rmSync(directory, { recursive: true }));

    it('hold the process id, and nothing once released', () => {
      const lock = nodeDisk.lockSync(lockPath);
      expect(fs.readFileSync(lockPath, 'latin1')).toMatch(
        new RegExp(`^${process.pid} (\\d+|-)\n$`),
      );
      lock.release();
      expect(fs.readFileSync(lockPath, 'latin1')).toBe('');
      expect(fs.readdirSync(directory)).toEqual(['.lock']);
    });

    it.for(['4194999 -\n', '4194999', 'rubbish', '', `${process.pid} 1\n`, '0', '-1'])(
      'take over a file that says %j',
      (content) => {
        fs.writeFileSync(lockPath, content);
        nodeDisk.lockSync(lockPath).release();
      },
    );

    it.runIf(process.platform === 'linux')('hold against another copy of this module', async () => {
      const lock = nodeDisk.lockSync(lockPath);
      vi.resetModules();
      const copy = await import('./node-disk.ts');
      expect(copy.nodeDisk).not.toBe(nodeDisk);
      expect(() => copy.nodeDisk.lockSync(lockPath)).toThrow('this process');
      lock.release();
      copy.nodeDisk.lockSync(lockPath).release();
    });

    it('respect a living process', () => {
      fs.writeFileSync(lockPath, `${process.ppid} -\n`);
      expect(() => nodeDisk.lockSync(lockPath)).toThrow(`locked by process ${process.ppid}`);
    });

    it.runIf(process.platform === 'linux')('see that a process id was given to another one', () => {
      fs.writeFileSync(lockPath, `${process.ppid} 1\n`);
      nodeDisk.lockSync(lockPath).release();
    });

    it('see the same file behind another name', () => {
      const linked = `${directory}-link`;
      fs.symlinkSync(directory, linked);
      const lock = nodeDisk.lockSync(lockPath);
      expect(() => nodeDisk.lockSync(path.join(linked, '.lock'))).toThrow('this process');
      lock.release();
      fs.unlinkSync(linked);
    });

    it('wait for no claim, but clear away one whose process is gone', () => {
      const claimPath = `${lockPath}.claim`;
      for (const living of [`${process.ppid} -\n`, '']) {
        fs.writeFileSync(claimPath, living);
        expect(() => nodeDisk.lockSync(lockPath)).toThrow('being locked');
      }
      fs.utimesSync(claimPath, 1, 1);
      nodeDisk.lockSync(lockPath).release();
      fs.writeFileSync(claimPath, '4194999 -\n');
      nodeDisk.lockSync(lockPath).release();
      expect(fs.readdirSync(directory)).toEqual(['.lock']);
    });

    it.runIf(hasFlock())('notice a lock that another program took in the kernel', async () => {
      fs.writeFileSync(lockPath, '');
      const holder = spawn('flock', [lockPath, 'sh', '-c', 'echo held; read line']);
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      expect(() => nodeDisk.lockSync(lockPath)).toThrow(/locked by process \d+/);
      const exited = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end('\n');
      await exited;
      nodeDisk.lockSync(lockPath).release();
    });
  });
});

function hasFlock(): boolean {
  try {
    execFileSync('flock', ['--version'], { stdio: 'ignore' });
    return fs.existsSync('/proc/locks');
  } catch {
    return false;
  }
}
