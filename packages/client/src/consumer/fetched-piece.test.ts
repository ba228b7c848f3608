import { encodeControlBatch, encodeRecordBatch } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { FetchedPiece } from './fetched-piece.ts';

/** Batches one after another: data of a producer (transactional when it has one) or a marker. */
type Part =
  | { readonly of: number; readonly count: number }
  | { readonly of: number; readonly marker: 'abort' | 'commit' };

function logOf(...parts: readonly Part[]): Buffer {
  let offset = 0;
  return Buffer.concat(
    parts.map((part) => {
      const baseOffset = offset;
      const producer = { producerId: part.of, producerEpoch: 0 };
      if ('marker' in part) {
        offset += 1;
        const type = part.marker;
        return encodeControlBatch({
          ...producer,
          type,
          coordinatorEpoch: 0,
          timestamp: 0,
          baseOffset,
        });
      }
      offset += part.count;
      const records = Array.from({ length: part.count }, (_, i) => ({
        timestamp: 0,
        value: `${baseOffset + i}`,
      }));
      const transactional = part.of >= 0;
      return encodeRecordBatch(records, {
        ...producer,
        baseSequence: 0,
        transactional,
        baseOffset,
      });
    }),
  );
}

function offsetsIn(piece: FetchedPiece, fromOffset = 0): number[] {
  const offsets: number[] = [];
  for (;;) {
    const batch = piece.next(fromOffset);
    if (batch === undefined) return offsets;
    offsets.push(...batch.records.map(({ offset }) => offset));
  }
}

describe('a fetched piece', () => {
  const log = logOf(
    { of: 7, count: 2 }, // 0 1
    { of: 8, count: 1 }, // 2
    { of: -1, count: 1 }, // 3
    { of: 7, marker: 'abort' }, // 4
    { of: 7, count: 1 }, // 5
    { of: 8, marker: 'commit' }, // 6
    { of: 7, marker: 'commit' }, // 7
    { of: 8, count: 2 }, // 8 9
    { of: 8, marker: 'abort' }, // 10
  );

  it('read uncommitted has all data and no markers', () => {
    const piece = new FetchedPiece(log, { checkCrc: true, abortedTransactions: undefined });
    expect(piece.nextOffset).toBe(11);
    expect(offsetsIn(piece)).toEqual([0, 1, 2, 3, 5, 8, 9]);
  });

  it('read committed leaves out aborted transactions, each up to its own marker', () => {
    const abortedTransactions = [
      { producerId: 8, firstOffset: 8 },
      { producerId: 7, firstOffset: 0 },
    ];
    const piece = new FetchedPiece(log, { checkCrc: true, abortedTransactions });
    expect(offsetsIn(piece)).toEqual([2, 3, 5]);
  });

  it('begins inside a batch', () => {
    const piece = new FetchedPiece(log, { checkCrc: true, abortedTransactions: undefined });
    expect(offsetsIn(piece, 1)).toEqual([1, 2, 3, 5, 8, 9]);
  });

  it('ends at the last whole batch', () => {
    const cut = log.subarray(0, log.length - 1);
    const piece = new FetchedPiece(cut, { checkCrc: true, abortedTransactions: undefined });
    expect(piece.nextOffset).toBe(10);
    const nothing = new FetchedPiece(log.subarray(0, 30), {
      checkCrc: true,
      abortedTransactions: undefined,
    });
    expect(nothing.nextOffset).toBeUndefined();
    expect(nothing.next(0)).toBeUndefined();
  });
});
