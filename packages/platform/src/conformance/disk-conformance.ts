/**
 * What every implementation of Disk must do, as tests. Called by the test file of each
 * implementation; knows only the interface.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskError, type Disk, type DiskCallback, type DiskErrorCode } from '../disk.ts';

/** A disk under test. */
export interface DiskBench {
  readonly disk: Disk;
  /** An empty directory. */
  readonly directory: string;
  /** Waits for something that depends on the disk, running the simulation where there is one. */
  settle<T>(promise: Promise<T>): Promise<T>;
  close(): void;
}

export function describeDiskConformance(openBench: () => DiskBench): void {
  describe('disk conformance', () => {
    let bench: DiskBench;
    let disk: Disk;

    beforeEach(() => {
      bench = openBench();
      disk = bench.disk;
    });

    afterEach(() => bench.close());

    const at = (name: string): string => `${bench.directory}/${name}`;

    function expectCode(code: DiskErrorCode, operate: () => unknown): void {
      let error: unknown;
      try {
        operate();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(DiskError);
      expect((error as DiskError).code).toBe(code);
    }

    /** The outcome of one callback form; fails if it calls back inside the call, or twice. */
    function outcome(
      start: (done: DiskCallback) => void,
    ): Promise<{ code: DiskErrorCode | undefined; byteCount: number }> {
      const called = new Promise<{ code: DiskErrorCode | undefined; byteCount: number }>(
        (resolve, reject) => {
          let calls = 0;
          let returned = false;
          start((error, byteCount) => {
            calls++;
            if (!returned) reject(new Error('called back inside the call'));
            if (calls > 1) throw new Error('called back twice');
            resolve({ code: error?.code, byteCount });
          });
          returned = true;
        },
      );
      return bench.settle(called);
    }

    function put(name: string, content: string): void {
      const file = disk.openSync(at(name), 'write');
      file.writeSync([Buffer.from(content)], 0);
      file.closeSync();
    }

    const textOf = (name: string): string => disk.readFileSync(at(name)).toString();

    describe('files', () => {
      it('reads what was written, at any position, holes as zeros', () => {
        const file = disk.openSync(at('a'), 'write');
        file.writeSync([Buffer.from('hello ')], 0);
        file.writeSync([Buffer.from('wor'), Buffer.alloc(0), Buffer.from('ld')], 6);
        file.writeSync([Buffer.from('!')], 20);
        const into = Buffer.alloc(30, 0xff);
        expect(file.readSync(into, 2, 28, 0)).toBe(21);
        expect(into.toString('latin1', 2, 23)).toBe(`hello world${'\0'.repeat(9)}!`);
        expect(into[1]).toBe(0xff);
        expect(into[23]).toBe(0xff);
        expect(file.sizeSync()).toBe(21);
        file.closeSync();
      });

      it('does the same with callbacks', async () => {
        const file = disk.openSync(at('a'), 'write');
        const parts = [Buffer.from('one'), Buffer.from('two'), Buffer.from('three')];
        expect(await outcome((done) => file.write(parts, 4, done))).toEqual({
          code: undefined,
          byteCount: 11,
        });
        const into = Buffer.alloc(32);
        expect(await outcome((done) => file.read(into, 1, 31, 2, done))).toEqual({
          code: undefined,
          byteCount: 13,
        });
        expect(into.toString('latin1', 1, 14)).toBe('\0\0onetwothree');
        expect((await outcome((done) => file.sync(done))).code).toBeUndefined();
        file.closeSync();
      });

      it('reads less only at the end', async () => {
        put('a', '0123456789');
        const file = disk.openSync(at('a'), 'read');
        const into = Buffer.alloc(10);
        expect(file.readSync(into, 0, 10, 4)).toBe(6);
        expect(file.readSync(into, 0, 10, 10)).toBe(0);
        expect(file.readSync(into, 0, 10, 1000)).toBe(0);
        expect(file.readSync(into, 0, 0, 0)).toBe(0);
        expect((await outcome((done) => file.read(into, 0, 10, 4, done))).byteCount).toBe(6);
        expect((await outcome((done) => file.read(into, 0, 10, 10, done))).byteCount).toBe(0);
        expect((await outcome((done) => file.read(into, 0, 0, 0, done))).byteCount).toBe(0);
        file.closeSync();
      });

      it('writes more buffers at once than one system call takes', async () => {
        const parts = Array.from({ length: 3000 }, (_, index) => Buffer.from(`${index},`));
        const expected = Buffer.concat(parts).toString();
        const file = disk.openSync(at('a'), 'write');
        file.writeSync(parts, 0);
        expect(textOf('a')).toBe(expected);
        file.truncateSync(0);
        const { byteCount } = await outcome((done) => file.write(parts, 0, done));
        expect(byteCount).toBe(expected.length);
        expect(textOf('a')).toBe(expected);
        file.closeSync();
      });

      it('writes nothing when there is nothing to write', async () => {
        const file = disk.openSync(at('a'), 'write');
        file.writeSync([], 5);
        file.writeSync([Buffer.alloc(0)], 5);
        expect((await outcome((done) => file.write([], 5, done))).byteCount).toBe(0);
        expect((await outcome((done) => file.write([Buffer.alloc(0)], 5, done))).byteCount).toBe(0);
        expect(file.sizeSync()).toBe(0);
        file.closeSync();
      });

      it('has positions beyond four gigabytes', async () => {
        const file = disk.openSync(at('a'), 'write');
        const position = 5 * 2 ** 30 + 7;
        await outcome((done) => file.write([Buffer.from('far')], position, done));
        const into = Buffer.alloc(4);
        expect(file.readSync(into, 0, 4, position - 1)).toBe(4);
        expect(into.toString('latin1')).toBe('\0far');
        expect(disk.statSync(at('a'))?.sizeBytes).toBe(position + 3);
        file.closeSync();
      });

      it('keeps the content of a file opened for writing', () => {
        put('a', 'first');
        const file = disk.openSync(at('a'), 'write');
        expect(file.sizeSync()).toBe(5);
        file.writeSync([Buffer.from('F')], 0);
        file.closeSync();
        expect(textOf('a')).toBe('First');
      });

      it('cuts and extends', () => {
        put('a', '0123456789');
        const file = disk.openSync(at('a'), 'write');
        file.truncateSync(4);
        file.truncateSync(6);
        expect(textOf('a')).toBe('0123\0\0');
        file.closeSync();
      });

      it('does not create what is opened for reading, nor write to it', () => {
        expectCode('NOT_FOUND', () => disk.openSync(at('missing'), 'read'));
        expectCode('NOT_FOUND', () => disk.openSync(at('missing/a'), 'write'));
        expect(disk.statSync(at('missing'))).toBeUndefined();
        put('a', 'x');
        const file = disk.openSync(at('a'), 'read');
        expectCode('IO', () => file.writeSync([Buffer.from('y')], 0));
        file.closeSync();
        expect(textOf('a')).toBe('x');
      });

      it('fails with CLOSED once closed, and closes twice', async () => {
        const file = disk.openSync(at('a'), 'write');
        file.closeSync();
        file.closeSync();
        const buffer = Buffer.alloc(1);
        expectCode('CLOSED', () => file.sizeSync());
        expectCode('CLOSED', () => file.readSync(buffer, 0, 1, 0));
        expectCode('CLOSED', () => file.writeSync([buffer], 0));
        expectCode('CLOSED', () => file.truncateSync(0));
        expectCode('CLOSED', () => file.syncSync());
        expect((await outcome((done) => file.read(buffer, 0, 1, 0, done))).code).toBe('CLOSED');
        expect((await outcome((done) => file.write([buffer], 0, done))).code).toBe('CLOSED');
        expect((await outcome((done) => file.sync(done))).code).toBe('CLOSED');
      });

      it('ends operations under way when it is closed, on its own file and no other', async () => {
        const file = disk.openSync(at('a'), 'write');
        const content = Buffer.alloc(300_000, 'a');
        const writing = outcome((done) => {
          file.write([content], 0, done);
          file.closeSync();
          // Takes the number of the file descriptor, if it was freed too early.
          disk.openSync(at('b'), 'write').closeSync();
        });
        const { code, byteCount } = await writing;
        expect(disk.statSync(at('b'))?.sizeBytes).toBe(0);
        if (code === undefined) {
          expect(byteCount).toBe(content.length);
          expect(disk.readFileSync(at('a')).equals(content)).toBe(true);
        } else {
          expect(code).toBe('CLOSED');
        }
      });

      it('lives on under an open file when its name is gone', () => {
        const file = disk.openSync(at('a'), 'write');
        file.writeSync([Buffer.from('still')], 0);
        disk.removeFileSync(at('a'));
        file.writeSync([Buffer.from(' here')], 5);
        const into = Buffer.alloc(10);
        expect(file.readSync(into, 0, 10, 0)).toBe(10);
        expect(into.toString()).toBe('still here');
        expect(disk.statSync(at('a'))).toBeUndefined();
        file.closeSync();
      });

      it('behaves like an array of bytes under any operations', async () => {
        const operation = fc.oneof(
          fc.record({
            kind: fc.constant('write' as const),
            at: fc.nat(2000),
            parts: fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 4 }),
            later: fc.boolean(),
          }),
          fc.record({ kind: fc.constant('truncate' as const), sizeBytes: fc.nat(3000) }),
        );
        let run = 0;
        const property = fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async (list) => {
          const path = at(`model-${run++}`);
          const file = disk.openSync(path, 'write');
          let model = Buffer.alloc(0);
          const resize = (sizeBytes: number): void => {
            const next = Buffer.alloc(sizeBytes);
            model.copy(next);
            model = next;
          };
          for (const next of list) {
            if (next.kind === 'truncate') {
              file.truncateSync(next.sizeBytes);
              resize(next.sizeBytes);
              continue;
            }
            const parts = next.parts.map((part) => Buffer.from(part));
            const bytes = Buffer.concat(parts);
            if (next.later) await outcome((done) => file.write(parts, next.at, done));
            else file.writeSync(parts, next.at);
            if (bytes.length > 0) resize(Math.max(model.length, next.at + bytes.length));
            bytes.copy(model, next.at);
          }
          file.closeSync();
          expect(disk.readFileSync(path).equals(model)).toBe(true);
        });
        await fc.assert(property, { numRuns: 40 });
      });
    });

    describe('names', () => {
      it('says what is there', () => {
        disk.makeDirSync(at('d'));
        put('f', 'four');
        expect(disk.statSync(at('d'))?.kind).toBe('directory');
        expect(disk.statSync(at('f'))).toMatchObject({ kind: 'file', sizeBytes: 4 });
        expect(disk.statSync(at('f'))!.modifiedMs).toBeGreaterThan(0);
        disk.setModifiedSync(at('f'), 1_700_000_000_000);
        expect(disk.statSync(at('f'))!.modifiedMs).toBe(1_700_000_000_000);
        expect(disk.statSync(at('nothing'))).toBeUndefined();
        expect(disk.statSync(at('nothing/at/all'))).toBeUndefined();
        const entries = disk.readDirSync(bench.directory);
        expect(entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
          { name: 'd', kind: 'directory' },
          { name: 'f', kind: 'file' },
        ]);
        expectCode('NOT_FOUND', () => disk.readDirSync(at('nothing')));
        expectCode('NOT_FOUND', () => disk.readFileSync(at('nothing')));
      });

      it('makes directories with their parents, and again', () => {
        disk.makeDirSync(at('a/b/c'));
        disk.makeDirSync(at('a/b/c'));
        expect(disk.statSync(at('a/b/c'))?.kind).toBe('directory');
        put('file', '');
        expectCode('EXISTS', () => disk.makeDirSync(at('file')));
      });

      it('renames over a file', () => {
        put('old', 'old');
        put('new', 'new');
        disk.renameSync(at('new'), at('old'));
        expect(textOf('old')).toBe('new');
        expect(disk.statSync(at('new'))).toBeUndefined();
        expectCode('NOT_FOUND', () => disk.renameSync(at('new'), at('other')));
        expectCode('NOT_FOUND', () => disk.renameSync(at('old'), at('no/where')));
      });

      it('renames directories, under open files too, but not over full ones', () => {
        disk.makeDirSync(at('a/sub'));
        disk.makeDirSync(at('full'));
        put('a/sub/f', '1');
        put('full/f', '2');
        const file = disk.openSync(at('a/sub/f'), 'write');
        disk.renameSync(at('a'), at('b'));
        file.writeSync([Buffer.from('3')], 0);
        file.closeSync();
        expect(textOf('b/sub/f')).toBe('3');
        expect(disk.statSync(at('a'))).toBeUndefined();
        expectCode('EXISTS', () => disk.renameSync(at('b'), at('full')));
        expectCode('IO', () => disk.renameSync(at('b'), at('b/sub/b')));
        expect(textOf('full/f')).toBe('2');
      });

      it('removes files, missing ones too', () => {
        put('a', '');
        disk.removeFileSync(at('a'));
        disk.removeFileSync(at('a'));
        disk.removeFileSync(at('no/where'));
        expect(disk.statSync(at('a'))).toBeUndefined();
      });

      it('removes trees, missing ones too', async () => {
        for (const remove of [
          (path: string) => Promise.resolve(disk.removeTreeSync(path)),
          (path: string) => disk.removeTree(path),
        ]) {
          disk.makeDirSync(at('a/b/c'));
          put('a/f', '');
          put('a/b/c/f', '');
          await bench.settle(remove(at('a')));
          await bench.settle(remove(at('a')));
          expect(disk.readDirSync(bench.directory)).toEqual([]);
        }
      });

      it('syncs directories that are there', async () => {
        disk.makeDirSync(at('a'));
        disk.syncDirSync(at('a'));
        expectCode('NOT_FOUND', () => disk.syncDirSync(at('b')));
        await bench.settle(disk.syncDir(at('a')));
        const failed = disk.syncDir(at('b')).catch((error: unknown) => error);
        expect(await bench.settle(failed)).toMatchObject({ code: 'NOT_FOUND' });
      });

      it('knows how much room there is', () => {
        const { freeBytes, totalBytes } = disk.usageSync(bench.directory);
        expect(freeBytes).toBeGreaterThan(0);
        expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
        expectCode('NOT_FOUND', () => disk.usageSync(at('nothing')));
      });
    });

    describe('locks', () => {
      it('are held by one at a time', () => {
        const first = disk.lockSync(at('.lock'));
        expectCode('LOCKED', () => disk.lockSync(at('.lock')));
        expect(() => disk.lockSync(at('.lock'))).toThrow(String(process.pid));
        first.release();
        const second = disk.lockSync(at('.lock'));
        first.release();
        expectCode('LOCKED', () => disk.lockSync(at('.lock')));
        second.release();
        disk.lockSync(at('.lock')).release();
      });

      it('are independent of each other, and need their directory', () => {
        disk.makeDirSync(at('a'));
        disk.makeDirSync(at('b'));
        const locks = [disk.lockSync(at('a/.lock')), disk.lockSync(at('b/.lock'))];
        for (const lock of locks) lock.release();
        expectCode('NOT_FOUND', () => disk.lockSync(at('c/.lock')));
      });
    });
  });
}
