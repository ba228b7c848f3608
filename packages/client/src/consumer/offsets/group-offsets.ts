/**
 * The offsets that a consumer's group has: what is committed of what was read, by hand and by itself.
 *
 * By itself only what is finished is committed, that is what the application has gone past by asking for more: a failure while records
 * are being dealt with leaves them to be read again.
 */
import type { Timer } from '@zurau/platform';
import type { Cluster, OperationOptions } from '../../cluster/cluster.ts';
import { abortable, sleep } from '../../cluster/retry.ts';
import { clientError, KafkaError, toKafkaError } from '../../errors.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import type { ConsumerConfig } from '../consumer-config.ts';
import type { MemberIdentity } from '../group/classic-membership.ts';
import { CoordinatorLink } from '../group/coordinator-link.ts';
import type { GroupEvent } from '../group/group-event.ts';
import { type PartitionReader, type Place, UNKNOWN_EPOCH } from '../partition-reader.ts';
import type { Reading } from '../reading.ts';
import { fetchCommitted } from './fetch-committed.ts';
import { OffsetCommitter } from './offset-committer.ts';
import type { CommittedOffset, OffsetToCommit } from './offset-to-commit.ts';

export interface GroupOffsetsOptions {
  readonly cluster: Cluster;
  readonly config: Required<ConsumerConfig>;
  /** As whom offsets are committed; undefined for a member that is not in its group now. */
  readonly identity: () => MemberIdentity | undefined;
  /** Whether the member goes on in a newer generation than this, or is about to. */
  readonly goesOn: (askedAs: MemberIdentity) => boolean;
  readonly onRefused: (errorCode: number, askedAs: MemberIdentity) => void;
  readonly emit: (event: GroupEvent) => void;
}

export class GroupOffsets {
  readonly #options: GroupOffsetsOptions;
  readonly #reading: Reading;
  readonly #link: CoordinatorLink;
  readonly #committer: OffsetCommitter;
  #timer: Timer | undefined;
  /** Commits of what is finished that are under way. */
  #finishingCount = 0;

  constructor(reading: Reading, options: GroupOffsetsOptions) {
    const { cluster, config, emit } = options;
    this.#options = options;
    this.#reading = reading;
    this.#link = new CoordinatorLink(cluster, config.groupId);
    this.#committer = new OffsetCommitter({
      ...options,
      link: this.#link,
      outlives: (askedAs, offsets) =>
        options.goesOn(askedAs) && offsets.every((of) => reading.find(of) !== undefined),
      onCommitted: (offsets) => {
        this.#remember(offsets);
        emit({ type: 'committed', groupId: config.groupId, offsets });
      },
    });
  }

  /** Begins to commit by itself, if it is to. */
  start(): void {
    const { cluster, config } = this.#options;
    if (!config.enableAutoCommit || this.#timer !== undefined) return;
    const intervalMs = Math.max(1, config.autoCommitIntervalMs);
    this.#timer = cluster.platform.timers.every(intervalMs, () => {
      // Behind the last commit before a rebalance, for which the rebalance waits, another one would come too late for its generation.
      if (this.#finishingCount === 0) void this.commitFinished();
    });
  }

  /** In the order of the calls. Rejects when any of it could not be committed. */
  async commit(offsets: readonly OffsetToCommit[], options: OperationOptions): Promise<void> {
    const { timeoutMs, signal } = options;
    for (const { offset, leaderEpoch = UNKNOWN_EPOCH, ...of } of offsets) {
      // Or the next automatic commit would take it back.
      this.#reading.find(of)?.finishAt({ offset, leaderEpoch });
    }
    await this.#within(this.#committer.commit(offsets), timeoutMs, signal);
  }

  /** The same; never rejects. A failure is an event, too. */
  async commitAndTell(
    offsets: readonly OffsetToCommit[],
    onDone:
      ((error: KafkaError | undefined, offsets: readonly OffsetToCommit[]) => void) | undefined,
  ): Promise<void> {
    let failure: KafkaError | undefined;
    try {
      await this.commit(offsets, {});
    } catch (error) {
      failure = toKafkaError(error, 'Committing offsets');
      const { config, emit } = this.#options;
      emit({ type: 'commit-failed', groupId: config.groupId, error: failure });
    }
    onDone?.(failure, offsets);
  }

  /** All that was returned, finished or not. */
  returned(): OffsetToCommit[] {
    return this.#reading.readers.flatMap((reader) => toCommit(reader, reader.place));
  }

  /**
   * Commits what is finished and not committed yet, with auto commit. Failures are events: nobody can do anything about them. With a time limit
   * it is the last time before partitions go; without, what a rebalance refuses is no failure: it is committed when that is over.
   */
  async commitFinished(timeoutMs?: number): Promise<void> {
    const { config, emit } = this.#options;
    if (!config.enableAutoCommit) return;
    const offsets = this.#reading.readers.flatMap((reader) => {
      const { finished, committedOffset } = reader;
      return finished?.offset === committedOffset ? [] : toCommit(reader, finished);
    });
    if (offsets.length === 0) return;
    this.#finishingCount += 1;
    try {
      await this.#commitFinally(offsets, timeoutMs);
    } catch (error) {
      const failure = toKafkaError(error, 'Committing offsets');
      if (timeoutMs === undefined && failure.code === 'REBALANCE_IN_PROGRESS') return;
      emit({ type: 'commit-failed', groupId: config.groupId, error: failure });
    } finally {
      this.#finishingCount -= 1;
    }
  }

  /** By partition name; without those that have none. */
  async committed(
    partitions: readonly TopicPartition[],
    options: OperationOptions,
  ): Promise<Map<string, CommittedOffset>> {
    const { cluster, config, identity } = this.#options;
    const question = {
      cluster,
      link: this.#link,
      groupId: config.groupId,
      member: () => (config.groupProtocol === 'consumer' ? identity() : undefined),
    };
    return await fetchCommitted(question, partitions, options);
  }

  async close(reason: KafkaError): Promise<void> {
    this.#timer?.cancel();
    this.#committer.close(reason);
    await this.#link.close();
  }

  /** With a time limit, these are the last words on partitions that go: worth to wait for the group to be done with a rebalance. */
  async #commitFinally(
    offsets: readonly OffsetToCommit[],
    timeoutMs: number | undefined,
  ): Promise<void> {
    const { platform } = this.#options.cluster;
    const deadlineMs = platform.clock.monotonicMs() + (timeoutMs ?? 0);
    let due = offsets;
    for (;;) {
      const leftMs = deadlineMs - platform.clock.monotonicMs();
      try {
        const limitMs = timeoutMs === undefined ? undefined : Math.max(1, leftMs);
        await this.#within(this.#committer.commit(due), limitMs, undefined);
        return;
      } catch (error) {
        const isBusy = error instanceof KafkaError && error.code === 'REBALANCE_IN_PROGRESS';
        if (!isBusy || leftMs <= 0) throw error;
        await sleep(platform, this.#options.config.retryBackoffMs);
        // Whoever closes the consumer meanwhile commits the same, and then gives the partitions up.
        due = due.filter((of) => {
          const reader = this.#reading.find(of);
          return reader !== undefined && reader.committedOffset !== of.offset;
        });
        if (due.length === 0) return;
      }
    }
  }

  #remember(offsets: readonly OffsetToCommit[]): void {
    const committed = new Map(offsets.map((of) => [`${of.topic}-${of.partition}`, of.offset]));
    for (const reader of this.#reading.readers) {
      reader.committedOffset = committed.get(reader.name) ?? reader.committedOffset;
    }
  }

  /** The commit goes on when its caller no longer waits. */
  async #within(
    commit: Promise<void>,
    timeoutMs: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (timeoutMs === undefined) {
      await abortable(commit, signal);
      return;
    }
    const { timers } = this.#options.cluster.platform;
    const late = new AbortController();
    const timer = timers.after(timeoutMs, () => {
      const about = `Committing offsets did not succeed within ${timeoutMs} ms.`;
      late.abort(clientError('OPERATION_TIMEOUT', about));
    });
    try {
      const signals = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
      await abortable(commit, signals);
    } finally {
      timer.cancel();
    }
  }
}

function toCommit(reader: PartitionReader, place: Place | undefined): OffsetToCommit[] {
  const { topic, partition } = reader;
  return place === undefined ? [] : [{ topic, partition, ...place }];
}
