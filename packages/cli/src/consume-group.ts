/** `zurau consume --group`: as a member of a group, which goes on where it left off; what was printed is committed. */
import type { Consumer, OffsetToCommit } from '@zurau/client';
import { formatBatch, type OutputFormat } from './consume-format.ts';
import { type Io, write } from './io.ts';

export interface GroupRun {
  readonly topic: string;
  readonly format: OutputFormat;
  readonly countMax: number;
  /** Stops when the partitions that it was given are read to their ends. */
  readonly exits: boolean;
}

/** Prints until it is told to stop, has enough, or output is closed. Leaves closing to the caller. */
export async function printAsMember(io: Io, consumer: Consumer, run: GroupRun): Promise<void> {
  const stop = new AbortController();
  const detach = io.onInterrupt(() => stop.abort());
  let left = run.countMax;
  let printed: OffsetToCommit[] = [];
  consumer.subscribe(run.topic, { onPartitionsRevoked: () => commit() });
  const commit = async (): Promise<void> => {
    const offsets = printed;
    printed = [];
    if (offsets.length > 0) await consumer.commit(offsets);
  };
  try {
    for (;;) {
      for (const batch of await consumer.poll({ signal: stop.signal, timeoutMs: 500 })) {
        const records = batch.records.slice(0, left);
        const last = records.at(-1);
        if (last === undefined) break;
        left -= records.length;
        if (!(await write(io.stdout, formatBatch(batch, records, run.format)))) return;
        const isWhole = records.length === batch.records.length;
        const { topic, partition, leaderEpoch, nextOffset } = batch;
        const offset = isWhole ? nextOffset : last.offset + 1;
        printed.push({ topic, partition, offset, leaderEpoch });
      }
      if (left === 0 || (run.exits && isAtEnd(consumer))) return;
      commitInBackground();
    }
  } catch (error) {
    // Ctrl-C is how one stops it, not a failure.
    if (!stop.signal.aborted) throw error;
  } finally {
    detach();
    await commit();
  }

  function commitInBackground(): void {
    if (printed.length === 0) return;
    consumer.commitAsync(printed);
    printed = [];
  }
}

function isAtEnd(consumer: Consumer): boolean {
  const lags = consumer.lag();
  return lags.length > 0 && lags.every(({ records }) => records === 0);
}
