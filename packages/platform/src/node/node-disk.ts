/**
 * Files and directories over `node:fs`. Stateless but for the locks that this process holds
 * (node-lock.ts).
 */
import * as fs from 'node:fs';
import { DiskError, type Disk, type DiskEntry } from '../disk.ts';
import { diskErrorFrom, errnoOf, withDiskErrors } from './node-disk-errors.ts';
import { NodeFile } from './node-file.ts';
import { lockFileSync } from './node-lock.ts';
import { holdSpaceOf } from './node-space.ts';

const READ_FLAGS = fs.constants.O_RDONLY;
const WRITE_FLAGS = fs.constants.O_RDWR | fs.constants.O_CREAT;

export const nodeDisk: Disk = {
  openSync(path, mode) {
    const flags = mode === 'read' ? READ_FLAGS : WRITE_FLAGS;
    const descriptor = withDiskErrors('open', path, () => fs.openSync(path, flags, 0o644));
    return new NodeFile(path, descriptor);
  },

  statSync(path) {
    const stats = withDiskErrors('stat', path, () => fs.statSync(path, { throwIfNoEntry: false }));
    if (stats === undefined) return undefined;
    return { kind: kindOf(stats), sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
  },

  readDirSync(path) {
    const entries = withDiskErrors('list', path, () =>
      fs.readdirSync(path, { withFileTypes: true }),
    );
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  },

  makeDirSync(path) {
    withDiskErrors('create directory', path, () => fs.mkdirSync(path, { recursive: true }));
  },

  renameSync(from, to) {
    withDiskErrors(`rename to ${to}`, from, () => fs.renameSync(from, to));
  },

  setModifiedSync(path, modifiedMs) {
    const seconds = modifiedMs / 1000;
    withDiskErrors('set the time of', path, () => fs.utimesSync(path, seconds, seconds));
  },

  removeFileSync(path) {
    const keepSpace = holdSpaceOf(path);
    try {
      fs.unlinkSync(path);
    } catch (cause) {
      if (errnoOf(cause) !== 'ENOENT') throw diskErrorFrom(cause, 'remove', path);
    } finally {
      keepSpace?.release();
    }
  },

  removeTreeSync(path) {
    withDiskErrors('remove', path, () => fs.rmSync(path, { recursive: true, force: true }));
  },

  async removeTree(path) {
    try {
      await fs.promises.rm(path, { recursive: true, force: true });
    } catch (cause) {
      throw diskErrorFrom(cause, 'remove', path);
    }
  },

  syncDirSync(path) {
    // Windows can neither open nor sync a directory; its file systems journal names.
    if (process.platform === 'win32') return;
    withDiskErrors('sync directory', path, () => {
      const descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
    });
  },

  async syncDir(path) {
    if (process.platform === 'win32') return;
    try {
      const { O_RDONLY, O_DIRECTORY } = fs.constants;
      const directory = await fs.promises.open(path, O_RDONLY | O_DIRECTORY);
      try {
        await directory.sync();
      } finally {
        await directory.close();
      }
    } catch (cause) {
      throw diskErrorFrom(cause, 'sync directory', path);
    }
  },

  readFileSync(path) {
    return withDiskErrors('read', path, () => fs.readFileSync(path));
  },

  usageSync(path) {
    const volume = withDiskErrors('query the volume of', path, () => fs.statfsSync(path));
    return {
      freeBytes: volume.bavail * volume.bsize,
      totalBytes: volume.blocks * volume.bsize,
    };
  },

  lockSync(path) {
    try {
      return lockFileSync(path);
    } catch (cause) {
      throw cause instanceof DiskError ? cause : diskErrorFrom(cause, 'lock', path);
    }
  },
};

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): DiskEntry['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'directory' : 'other';
}
