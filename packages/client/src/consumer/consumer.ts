/**
 * The consumer: reads records, of partitions that it is told to read or that its group gives it.
 *
 * `poll` and `for await` are two doors to one engine ({@link Reading}); membership in a group decides what the engine reads. This class
 * holds them together. What they share is whether the application is at rest, that is inside of a poll, or works on what the last one
 * returned ({@link Polling}). Partitions are taken away only while it is at rest.
 */
import { Cluster, type OperationOptions } from '../cluster/cluster.ts';
import type { PartitionMetadata } from '../cluster/metadata.ts';
import { clientError, KafkaError } from '../errors.ts';
import type { Metric } from '../observability/client-metrics.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { type Assignment, readersOf } from './assignment.ts';
import type { ConsumedBatch } from './consumed-batch.ts';
import { type ConsumerConfig, resolveConsumerConfig } from './consumer-config.ts';
import { type MemberIdentity, NOBODY } from './group/classic-membership.ts';
import { createGroup } from './group/create-group.ts';
import type { GroupEvent } from './group/group-event.ts';
import type { GroupHost, GroupMember, RebalanceListener } from './group/group-member.ts';
import { RebalanceCallbacks } from './group/rebalance-callbacks.ts';
import { type Subscription, topicsOf, toSubscription, type Topics } from './group/subscription.ts';
import { GroupOffsets } from './offsets/group-offsets.ts';
import { type Committable, type CommitOptions, toOffsets } from './offsets/committable.ts';
import type { CommittedOffset, OffsetToCommit } from './offsets/offset-to-commit.ts';
import { type ConsumerHealth, judgeHealth } from './health.ts';
import { lagOf, type PartitionLag } from './lag.ts';
import { Polling } from './polling.ts';
import { checkPosition, type Position } from './position.ts';
import { Reading } from './reading.ts';

export interface CloseOptions {
  /** For committing and taking leave; default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** By default a dynamic member leaves its group, so that others get its partitions now, and a static one does not. */
  readonly leaveGroup?: boolean | undefined;
}

/** Who this consumer is in its group: what a producer needs to commit its offsets in a transaction (KIP-447). */
export interface ConsumerGroupMetadata {
  readonly groupId: string;
  /** Generation, or member epoch in a `consumer` group; -1 outside of the group. */
  readonly generationId: number;
  /** Empty outside of the group. */
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

const CLOSE_TIMEOUT_MS = 30_000;
const HEALTH_PATIENCE_MS = 60_000;

export class Consumer implements AsyncIterable<ConsumedBatch> {
  /** Called with what happens in the group. Must not throw. */
  onEvent: ((event: GroupEvent) => void) | undefined;

  readonly #config: Required<ConsumerConfig>;
  readonly #cluster: Cluster;
  readonly #reading: Reading;
  readonly #polling: Polling;
  readonly #offsets: GroupOffsets | undefined;
  readonly #host: GroupHost;
  #subscription: Subscription | undefined;
  #listener: RebalanceListener = {};
  #group: GroupMember | undefined;
  #closing: Promise<void> | undefined;

  /** Connects when it has to. Throws KafkaError `INVALID_ARGUMENT` for a wrong or unknown setting. */
  constructor(config: ConsumerConfig) {
    this.#config = resolveConsumerConfig(config);
    const autoCreateTopics = this.#config.allowAutoCreateTopics;
    this.#cluster = new Cluster(this.#config, { autoCreateTopics, usesZstd: true });
    this.#reading = new Reading(this.#cluster, this.#config, async (readers) =>
      this.#needOffsets().committed(readers, {}),
    );
    this.#polling = new Polling(this.#cluster, this.#reading, {
      checkOpen: () => this.#checkOpen(),
      step: () => this.#group?.step(),
    });
    if (this.#config.groupId !== '') {
      this.#offsets = new GroupOffsets(this.#reading, {
        cluster: this.#cluster,
        config: this.#config,
        identity: () => this.#identity(),
        goesOn: (askedAs) => {
          const group = this.#group;
          if (group === undefined || group.lost) return false;
          return group.identity !== askedAs || group.info.state === 'rebalancing';
        },
        onRefused: (errorCode, askedAs) => this.#group?.onCommitError(errorCode, askedAs),
        emit: (event) => this.onEvent?.(event),
      });
    }
    this.#host = this.#createHost();
    this.#cluster.onMetadata = () => {
      this.#reading.refill();
      this.#group?.onTopicsChanged();
    };
  }

  /** Finds out at once whether the cluster can be reached; without it, the first poll does. One try, no retries. */
  async connect(options: OperationOptions = {}): Promise<void> {
    await this.#cluster.connect(options);
  }

  /**
   * Reads these topics as a member of the group `groupId`, from the next poll on. A RegExp subscribes to all topics whose name it fits, also later
   * ones. A new call replaces topics and listener. Throws `INVALID_ARGUMENT`.
   */
  subscribe(topics: Topics, listener?: RebalanceListener): void {
    this.#checkOpen();
    const subscription = toSubscription(topics);
    const offsets = this.#needOffsets();
    if (subscription.kind === 're2' && this.#config.groupProtocol !== 'consumer') {
      const about =
        'An expression for the coordinator needs groupProtocol "consumer"; use a RegExp.';
      throw clientError('INVALID_ARGUMENT', about);
    }
    if (this.#subscription === undefined && this.#reading.readers.length > 0) {
      const about = 'This consumer has partitions by assign; a consumer does one or the other.';
      throw clientError('INVALID_ARGUMENT', about);
    }
    this.#group ??= createGroup(this.#host);
    this.#subscription = subscription;
    this.#listener = listener ?? {};
    this.#group.subscribe(subscription);
    offsets.start();
  }

  /** Commits, gives the partitions back, leaves the group. The listener is told. After it, `subscribe` or `assign` again. */
  async unsubscribe(options: CloseOptions = {}): Promise<void> {
    this.#checkOpen();
    await this.#leave(options, 'the consumer unsubscribed from all topics');
    this.#reading.replace([]);
  }

  /** Topics or expression subscribed to; undefined without a subscription. */
  subscription(): Exclude<Topics, string> | undefined {
    return this.#subscription === undefined ? undefined : topicsOf(this.#subscription);
  }

  /** Reads these partitions from now on, and no others, without being a member of a group. Rejects when a topic or partition does not exist. */
  async assign(assignments: readonly Assignment[], options: OperationOptions = {}): Promise<void> {
    this.#checkOpen();
    if (this.#subscription !== undefined) {
      throw clientError('INVALID_ARGUMENT', 'This consumer is subscribed; unsubscribe first.');
    }
    const readers = await readersOf(assignments, {
      cluster: this.#cluster,
      rule: this.#config.autoOffsetReset,
      hasGroup: this.#offsets !== undefined,
      options,
    });
    this.#checkOpen();
    this.#reading.replace(readers);
    this.#offsets?.start();
  }

  /** The partitions that are read. */
  assignment(): TopicPartition[] {
    return this.#reading.readers.map(({ topic, partition }) => ({ topic, partition }));
  }

  /** Goes on from there; what was fetched ahead is forgotten. Throws when the partition is not assigned. */
  seek(of: TopicPartition, position: Position): void {
    this.#reading.reader(of).seek(checkPosition(position));
    this.#reading.refill();
  }

  /** By default all that are assigned. */
  seekToBeginning(partitions: readonly TopicPartition[] = this.assignment()): void {
    for (const of of partitions) this.seek(of, 'beginning');
  }

  /** By default all that are assigned. */
  seekToEnd(partitions: readonly TopicPartition[] = this.assignment()): void {
    for (const of of partitions) this.seek(of, 'end');
  }

  /** Offset of the next record that is returned; undefined while it is looked up. Throws when the partition is not assigned. */
  position(of: TopicPartition): number | undefined {
    return this.#reading.reader(of).position;
  }

  /** Returns nothing of these partitions until `resume`; positions stay. A rebalance that leaves a partition here leaves it paused. */
  pause(partitions: TopicPartition | readonly TopicPartition[]): void {
    for (const of of listOf(partitions)) this.#reading.reader(of).paused = true;
  }

  resume(partitions: TopicPartition | readonly TopicPartition[]): void {
    for (const of of listOf(partitions)) this.#reading.reader(of).paused = false;
    this.#reading.refill();
    this.#reading.wake();
  }

  paused(): TopicPartition[] {
    const readers = this.#reading.readers.filter(({ paused }) => paused);
    return readers.map(({ topic, partition }) => ({ topic, partition }));
  }

  /**
   * The next records, at most `maxPollRecords`; waits for them up to `timeoutMs` (default 1 s), then returns none. One call at a
   * time. To ask for more says that the application is done with what it got before: from then on that may be committed by itself. Rebalances
   * happen here, with their callbacks. Rejects with what went wrong for good in a partition or in the group; the next call goes on
   * with the others, and tries that one again.
   */
  async poll(options: OperationOptions = {}): Promise<ConsumedBatch[]> {
    return await this.#polling.poll(options, Number.POSITIVE_INFINITY);
  }

  /** Batches for ever, until the consumer is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<ConsumedBatch, void, undefined> {
    return this.batches();
  }

  /**
   * Batches for ever, until the consumer is closed or the signal fires (`ABORTED`). A batch counts as done when the loop asks for the
   * next one. Leaving the loop, by `break` or by an error, closes nothing, and does not count its last batch as done: commit
   * it, or it is read again.
   */
  async *batches(
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<ConsumedBatch, void, undefined> {
    while (this.#closing === undefined) {
      let batches: ConsumedBatch[];
      try {
        batches = await this.#polling.poll(options, 1);
      } catch (error) {
        if (error instanceof KafkaError && error.code === 'CLIENT_CLOSED') return;
        throw error;
      }
      yield* batches;
    }
  }

  /**
   * Commits, and resolves when it is done: everything returned so far, or what is given. Commits are carried out in the order of the calls, and
   * tried again for `defaultApiTimeoutMs`. Rejects with `REBALANCE_IN_PROGRESS` (poll, then try again), and with
   * `ILLEGAL_GENERATION`, `UNKNOWN_MEMBER_ID` or `STALE_MEMBER_EPOCH` when the partitions are with others already.
   */
  async commit(what?: Committable, options: CommitOptions = {}): Promise<void> {
    this.#checkOpen();
    const offsets = this.#needOffsets();
    await offsets.commit(toOffsets(what ?? offsets.returned(), options), options);
  }

  /** The same without waiting; never rejects. How it went is told to `onDone`, and failures to `onEvent`. */
  commitAsync(
    what?: Committable,
    onDone?: (error: KafkaError | undefined, offsets: readonly OffsetToCommit[]) => void,
  ): void {
    this.#checkOpen();
    const offsets = this.#needOffsets();
    void offsets.commitAndTell(toOffsets(what ?? offsets.returned(), {}), onDone);
  }

  /** What the group has committed for these partitions, by default those assigned; without those for which it has nothing. */
  async committed(
    partitions: readonly TopicPartition[] = this.assignment(),
    options: OperationOptions = {},
  ): Promise<CommittedOffset[]> {
    this.#checkOpen();
    return [...(await this.#needOffsets().committed(partitions, options)).values()];
  }

  /** The partitions of a topic with their leaders and replicas, from what is known, or looked up now. */
  async partitionsFor(
    topic: string,
    options: OperationOptions = {},
  ): Promise<readonly PartitionMetadata[]> {
    return (await this.#cluster.topic(topic, options)).partitions;
  }

  /** Names of all topics of the cluster, internal ones too, as a subscription by RegExp would see them. */
  async topicNames(options: OperationOptions = {}): Promise<string[]> {
    return await this.#cluster.topicNames(options);
  }

  /** Who this consumer is in its group now. */
  groupMetadata(): ConsumerGroupMetadata {
    this.#needOffsets();
    const { groupId, groupInstanceId } = this.#config;
    const { memberId, generationId } = this.#identity() ?? NOBODY;
    return {
      groupId,
      memberId,
      generationId,
      groupInstanceId: groupInstanceId === '' ? null : groupInstanceId,
    };
  }

  /** How far each partition that is read is behind, as of the last fetches. */
  lag(): PartitionLag[] {
    const readCommitted = this.#config.isolationLevel === 'read_committed';
    const nowMs = this.#cluster.platform.clock.now();
    return this.#reading.readers.map((reader) => lagOf(reader, readCommitted, nowMs));
  }

  /**
   * Whether this consumer is idle, at work or stuck, and on whom. Stuck is who has not moved for `patienceMs`, 60 s by default: the application
   * that does not poll, the broker that does not answer a fetch, the coordinator that does not answer heartbeats.
   */
  health(options: { readonly patienceMs?: number } = {}): ConsumerHealth {
    const nowMs = this.#cluster.platform.clock.monotonicMs();
    const { isAtRest, busySinceMs } = this.#polling;
    const since = (ms: number | undefined): number | undefined =>
      ms === undefined ? undefined : nowMs - ms;
    return judgeHealth({
      closed: this.#closing !== undefined,
      hasPolled: isAtRest || busySinceMs !== undefined,
      busyMs: isAtRest ? 0 : since(busySinceMs),
      unansweredMs: since(this.#reading.waitingSinceMs()),
      sinceHeartbeatMs: since(this.#group?.info.lastHeartbeatMs),
      inGroup: this.#group?.info.state,
      lags: this.lag(),
      patienceMs: options.patienceMs ?? HEALTH_PATIENCE_MS,
    });
  }

  /** Has the group rebalance with the next poll, say because an assignor of your own knows of a change (KIP-568). */
  enforceRebalance(reason = 'rebalance enforced by user'): void {
    this.#checkOpen();
    this.#group?.enforceRebalance(reason);
  }

  /**
   * Commits what is done (with `enableAutoCommit`), tells the listener, leaves the group. Idempotent. A poll that waits is rejected with
   * `CLIENT_CLOSED`, a loop ends.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  /** By which the events of this client are told from those of others; see docs/guides/observability.md. */
  get instanceId(): number {
    return this.#cluster.metrics.instanceId;
  }

  /** What this client has counted so far; see docs/guides/observability.md. */
  metrics(): Metric[] {
    return this.#cluster.metrics.snapshot();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(options: CloseOptions): Promise<void> {
    const reason = clientError('CLIENT_CLOSED', 'The consumer is closed.');
    // Runs before `#closing` is set; whoever waits must see it set.
    queueMicrotask(() => this.#reading.wake());
    // Nobody gets records any more; the brokers may know while we take leave of the group.
    const stopped = this.#reading.stopFetching(options.timeoutMs ?? CLOSE_TIMEOUT_MS);
    try {
      await this.#leave(options, 'the consumer is being closed');
    } finally {
      await stopped;
      this.#reading.close();
      await this.#offsets?.close(reason);
      await this.#cluster.close();
    }
  }

  /** Out of the group, or just done with assigned partitions. */
  async #leave(
    { timeoutMs = CLOSE_TIMEOUT_MS, leaveGroup }: CloseOptions,
    reason: string,
  ): Promise<void> {
    const { clock } = this.#cluster.platform;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    const group = this.#group;
    if (group?.lost !== true) await this.#offsets?.commitFinished(timeoutMs);
    if (group === undefined) return;
    const callbacks = new RebalanceCallbacks(this.#host, this.#config.groupId);
    const owned = this.assignment();
    try {
      await (group.lost ? callbacks.lose(owned) : callbacks.revoke(owned));
    } finally {
      await group.close({ leaveGroup, deadlineMs, reason });
      this.#group = undefined;
      this.#subscription = undefined;
    }
  }

  #createHost(): GroupHost {
    const listener = (): RebalanceListener => this.#listener;
    return {
      cluster: this.#cluster,
      config: this.#config,
      get listener() {
        return listener();
      },
      owned: () => this.assignment(),
      change: (added, removed) => this.#reading.change(added, removed),
      hold: (partitions) => this.#reading.hold(partitions),
      commitFinished: async () => {
        const { defaultApiTimeoutMs, maxPollIntervalMs } = this.#config;
        // The group waits for us so long, and half of it is for the application's own work.
        const limitMs = Math.min(defaultApiTimeoutMs, maxPollIntervalMs / 2);
        await this.#offsets?.commitFinished(limitMs);
      },
      busySinceMs: () => this.#polling.busySinceMs,
      wake: () => this.#reading.wake(),
      emit: (event) => this.onEvent?.(event),
    };
  }

  /** Undefined when subscribed, and not in the group. */
  #identity(): MemberIdentity | undefined {
    if (this.#group === undefined) return NOBODY;
    const { identity } = this.#group;
    const first = this.#config.groupProtocol === 'consumer' ? 1 : 0;
    return identity.generationId >= first ? identity : undefined;
  }

  #needOffsets(): GroupOffsets {
    if (this.#offsets !== undefined) return this.#offsets;
    const about = 'groupId is missing: to subscribe, and to commit, a consumer needs a group.';
    throw clientError('INVALID_ARGUMENT', about);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw clientError('CLIENT_CLOSED', 'The consumer is closed.');
  }
}

function listOf(partitions: TopicPartition | readonly TopicPartition[]): readonly TopicPartition[] {
  return 'topic' in partitions ? [partitions] : partitions;
}
