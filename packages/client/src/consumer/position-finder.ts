/**
 * Turns wishes into offsets: what the group has committed, the ends of a log, the first record that is not older than a time.
 *
 * Must never move a reader that was sent elsewhere since it asked.
 */
import type { Cluster } from '../cluster/cluster.ts';
import { LATEST_TIMESTAMP, listOffsets, type OffsetQuestion } from '../cluster/list-offsets.ts';
import { clientError } from '../errors.ts';
import type { ConsumerConfig } from './consumer-config.ts';
import { resetPositionOf } from './offset-reset.ts';
import type { CommittedOffset } from './offsets/offset-to-commit.ts';
import type { PartitionReader, Wish } from './partition-reader.ts';
import { offsetOf, type Position, timestampOf } from './position.ts';

/** By partition name; without those that have none. */
export type ReadCommitted = (
  readers: readonly PartitionReader[],
) => Promise<ReadonlyMap<string, CommittedOffset>>;

interface Question {
  readonly reader: PartitionReader;
  readonly epoch: number;
  readonly wish: Wish;
}

export class PositionFinder {
  readonly #cluster: Cluster;
  readonly #config: Required<ConsumerConfig>;
  readonly #readCommitted: ReadCommitted;

  constructor(cluster: Cluster, config: Required<ConsumerConfig>, readCommitted: ReadCommitted) {
    this.#cluster = cluster;
    this.#config = config;
    this.#readCommitted = readCommitted;
  }

  /** Looks up what these readers wish for. Rejects with what a retry could not mend within `defaultApiTimeoutMs`. */
  async find(readers: readonly PartitionReader[]): Promise<void> {
    const questions = readers.flatMap((reader): Question[] => {
      const { wish, epoch } = reader;
      return wish === undefined ? [] : [{ reader, epoch, wish }];
    });
    const ofGroup = questions.filter(({ wish }) => wish === 'committed');
    const ofTime = questions.filter(({ wish }) => wish !== 'committed');
    await Promise.all([this.#findCommitted(ofGroup), this.#findByTime(ofTime)]);
  }

  /** Where `autoOffsetReset` says; undefined when it does not. */
  resetPosition(topic: string): Exclude<Position, number> | undefined {
    const nowMs = this.#cluster.platform.clock.now();
    return resetPositionOf(this.#config.autoOffsetReset, topic, nowMs);
  }

  async #findCommitted(questions: readonly Question[]): Promise<void> {
    if (questions.length === 0) return;
    const committed = await this.#readCommitted(questions.map(({ reader }) => reader));
    for (const { reader } of questions.filter(isCurrent)) {
      const found = committed.get(reader.name);
      if (found !== undefined) {
        reader.committedOffset = found.offset;
        reader.found(found.offset, found.leaderEpoch);
        continue;
      }
      const reset = this.resetPosition(reader.topic);
      if (reset !== undefined) {
        reader.seek(reset);
        continue;
      }
      const about = `Group ${this.#config.groupId} has no committed offset for ${reader.name}, and autoOffsetReset is "none": seek to go on.`;
      reader.failure = clientError('NO_OFFSET', about);
    }
  }

  async #findByTime(questions: readonly Question[]): Promise<void> {
    if (questions.length === 0) return;
    const { isolationLevel } = this.#config;
    const ask = (of: Question, timestamp: number): OffsetQuestion => ({
      topic: of.reader.topic,
      partition: of.reader.partition,
      timestamp,
    });
    const answers = await listOffsets(
      this.#cluster,
      questions.map((of) => ask(of, timestampOf(of.wish as Exclude<Wish, 'committed'>))),
      { isolationLevel },
    );
    const late: Question[] = [];
    for (const [index, of] of questions.entries()) {
      const answer = answers[index];
      const offset = answer && offsetOf(answer);
      if (offset === undefined) late.push(of);
      else if (isCurrent(of)) of.reader.found(offset, answer?.leaderEpoch);
    }
    if (late.length === 0) return;
    // No record is so young: the end it is.
    const ends = await listOffsets(
      this.#cluster,
      late.map((of) => ask(of, LATEST_TIMESTAMP)),
      { isolationLevel },
    );
    for (const [index, of] of late.entries()) {
      const end = ends[index];
      if (end !== undefined && isCurrent(of)) of.reader.found(end.offset, end.leaderEpoch);
    }
  }
}

function isCurrent({ reader, epoch }: Question): boolean {
  return reader.epoch === epoch;
}
