/** Offsets that transactions commit, as they are read back from a log (KIP-447). */
import { expect, test } from 'vitest';
import { Timeline } from '../runtime/timeline.ts';
import type { OffsetRecord } from './group-records.ts';
import { OffsetStore } from './offset-store.ts';

const PLAIN = { producerId: -1, producerEpoch: -1, transactional: false };

class Log {
  readonly #timeline = new Timeline();
  readonly store = new OffsetStore(this.#timeline);
  #next = 0;

  constructor() {
    this.#timeline.commitTo(1000);
  }

  commit(offset: number | null, producerId?: number): void {
    this.#timeline.advanceTo(this.#next++);
    const value =
      offset === null
        ? null
        : { offset, leaderEpoch: -1, metadata: '', commitTimestampMs: 1, expireTimestampMs: -1 };
    const record: OffsetRecord = { kind: 'offset', group: 'g', topic: 't', partition: 0, value };
    const origin =
      producerId === undefined ? PLAIN : { producerId, producerEpoch: 0, transactional: true };
    this.store.replay(record, origin);
  }

  end(producerId: number, committed: boolean): string[] {
    this.#timeline.advanceTo(this.#next++);
    return this.store.replayTransactionEnd(producerId, committed);
  }

  get offset(): number | undefined {
    return this.store.get('g', 't', 0)?.offset;
  }
}

test('an offset of a transaction counts when the transaction commits', () => {
  const log = new Log();
  log.commit(1);
  log.commit(2, 9);
  expect(log.offset).toBe(1);
  expect(log.store.isInTransaction('g', 't', 0)).toBe(true);
  expect(log.store.isInTransaction('g', 't', 1)).toBe(false);
  expect(log.end(9, true)).toEqual(['g']);
  expect(log.offset).toBe(2);
  expect(log.store.isInTransaction('g', 't', 0)).toBe(false);
});

test('one of an aborted transaction never does', () => {
  const log = new Log();
  log.commit(2, 9);
  expect(log.store.has('g')).toBe(true);
  log.end(9, false);
  expect(log.offset).toBeUndefined();
  expect(log.store.has('g')).toBe(false);
});

test('between a plain and a transactional commit the later record counts, not the later end', () => {
  const log = new Log();
  log.commit(5, 9);
  log.commit(3);
  log.end(9, true);
  expect(log.offset).toBe(3);
});

test('transactions of several producers end on their own', () => {
  const log = new Log();
  log.commit(5, 9);
  log.commit(6, 10);
  log.end(10, true);
  expect(log.offset).toBe(6);
  expect(log.store.isInTransaction('g', 't', 0)).toBe(true);
  log.end(9, true);
  expect(log.offset).toBe(6);
});

test('a deleted offset is deleted for open transactions too', () => {
  const log = new Log();
  log.commit(5, 9);
  log.commit(null);
  expect(log.store.has('g')).toBe(false);
  log.end(9, true);
  expect(log.offset).toBeUndefined();
});
