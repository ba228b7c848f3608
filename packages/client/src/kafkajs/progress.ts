/**
 * How far a consumer's partitions are: resolved by the application, committed to the group, and when to commit.
 *
 * Offsets are those of the next record, as they are committed. Synchronous; the commits themselves are the run's.
 */
import type { Clock } from '@zurau/platform';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { CommittedOffsets } from './committed-offsets.ts';
import type { OffsetsByTopicPartition } from './consumer-types.ts';
import type { PartitionOffset } from './producer-types.ts';

export interface ProgressOptions {
  readonly clock: Clock;
  readonly groupId: string;
  readonly committed: CommittedOffsets;
  /** Milliseconds between commits within a batch; null for no such limit. */
  readonly intervalMs: number | null;
  /** Messages resolved that make a commit due; null for no such limit. */
  readonly threshold: number | null;
}

interface PartitionProgress extends TopicPartition {
  /** Where the consumer began; undefined while that is looked up. */
  start: number | undefined;
  resolved: number | undefined;
}

export class Progress {
  readonly #options: ProgressOptions;
  readonly #partitions: Map<string, PartitionProgress> = new Map();
  #lastCommitMs: number;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#lastCommitMs = options.clock.now();
  }

  add({ topic, partition }: TopicPartition): void {
    const progress = { topic, partition, start: undefined, resolved: undefined };
    this.#partitions.set(partitionName(progress), progress);
  }

  remove(of: TopicPartition): void {
    this.#partitions.delete(partitionName(of));
    this.#options.committed.forget(this.#options.groupId, of.topic, of.partition);
  }

  has(of: TopicPartition): boolean {
    return this.#partitions.has(partitionName(of));
  }

  assigned(): readonly TopicPartition[] {
    return [...this.#partitions.values()];
  }

  /** Where the next fetch goes on after what is resolved; undefined when nothing is known yet. */
  position(of: TopicPartition): number | undefined {
    const progress = this.#partitions.get(partitionName(of));
    return progress?.resolved ?? progress?.start;
  }

  /** The consumer begins there. The first word counts. */
  beginsAt(of: TopicPartition, offset: number): void {
    const progress = this.#partitions.get(partitionName(of));
    if (progress !== undefined) progress.start ??= offset;
  }

  /** Everything in front of `next` is done with. */
  resolve(of: TopicPartition, next: number): void {
    const progress = this.#partitions.get(partitionName(of));
    if (progress !== undefined) progress.resolved = next;
  }

  /** Sent elsewhere; what was resolved before says nothing any more. */
  restart(of: TopicPartition, offset: number | undefined): void {
    const progress = this.#partitions.get(partitionName(of));
    if (progress === undefined) return;
    progress.resolved = undefined;
    progress.start = offset;
  }

  /** In KafkaJS's form, in which partitions are keys and thus strings, whatever the type says. */
  uncommitted(): OffsetsByTopicPartition {
    const byTopic = new Map<string, PartitionOffset[]>();
    for (const { topic, partition, resolved } of this.#partitions.values()) {
      if (resolved === undefined) continue;
      const offset = String(resolved);
      if (offset === this.#committed({ topic, partition })) continue;
      const partitions = byTopic.get(topic) ?? [];
      partitions.push({ partition: String(partition) as unknown as number, offset });
      byTopic.set(topic, partitions);
    }
    return { topics: Array.from(byTopic, ([topic, partitions]) => ({ topic, partitions })) };
  }

  /** By interval, or by threshold. */
  get isCommitDue(): boolean {
    const { intervalMs, threshold, clock } = this.#options;
    if (intervalMs !== null && clock.now() >= this.#lastCommitMs + intervalMs) return true;
    return threshold !== null && this.#resolvedCount() >= threshold;
  }

  committed({ topics }: OffsetsByTopicPartition): void {
    const { groupId, committed, clock } = this.#options;
    for (const { topic, partitions } of topics) {
      for (const { partition, offset } of partitions) {
        committed.set(groupId, topic, Number(partition), String(offset));
      }
    }
    this.#lastCommitMs = clock.now();
  }

  #resolvedCount(): number {
    let count = 0;
    for (const { topic, partition, resolved, start } of this.#partitions.values()) {
      if (resolved === undefined) continue;
      const committed = this.#committed({ topic, partition });
      count += resolved - (committed === undefined ? (start ?? resolved) : Number(committed));
    }
    return count;
  }

  #committed({ topic, partition }: TopicPartition): string | undefined {
    const { committed, groupId } = this.#options;
    return committed.get(groupId, topic, partition);
  }
}
