/**
 * One term of this broker as controller: from its election to its resignation.
 *
 * Owns: the cluster's state for this term, the channels to the brokers, the watches and what is done about them. Every public method that returns a promise is an
 * event and runs in the controller's queue; watches and answers only push events.
 */
import { ErrorCode, ZERO_UUID, type LeaderAndIsrResponse } from '@zurau/protocol';
import type { Timer } from '@zurau/platform';
import { NO_LEADER } from '../metadata/metadata-cache.ts';
import type { WatchEvent } from '../metadata/store.ts';
import {
  isrChangeZnode,
  logDirEventZnode,
  type TopicPartition,
} from '../metadata/znodes/controller.ts';
import { preferredElectionZnode } from '../metadata/znodes/operator-requests.ts';
import { deleteTopicsZnode, deleteTopicZnode, topicsZnode } from '../metadata/znodes/topics.ts';
import { BrokerChannels, type ControlAnswer } from './broker-channels.ts';
import type { BrokerAddress } from './broker-link.ts';
import { ClusterReader } from './cluster-reader.ts';
import { ClusterState, type PartitionEntry } from './cluster-state.ts';
import type { ControllerDependencies } from './controller-dependencies.ts';
import type { EventQueue } from './event-queue.ts';
import { enableFeatures } from './feature-node.ts';
import type { FencedStore } from './fenced-store.ts';
import {
  judgeAlteration,
  type AlterationAnswer,
  type AlteredState,
  type IsrAlteration,
} from './isr-alteration.ts';
import { LeadershipChanges } from './leadership.ts';
import {
  Reassignments,
  type OngoingReassignment,
  type ReassignmentOutcome,
  type ReassignmentRequest,
} from './reassignments.ts';
import { RequestBatch } from './request-batch.ts';
import { TopicDeletions } from './topic-deletion.ts';

export type ElectionKind = 'preferred' | 'unclean';

export interface ElectionOutcome extends TopicPartition {
  readonly errorCode: number;
  /** Who leads now; -1 when there is no such partition or nobody does. */
  readonly leader: number;
}

export class ControllerTerm {
  readonly epoch: number;
  readonly #dependencies: ControllerDependencies;
  readonly #store: FencedStore;
  readonly #queue: EventQueue;
  readonly #state = new ClusterState();
  readonly #channels: BrokerChannels;
  readonly #batch: RequestBatch;
  readonly #leadership: LeadershipChanges;
  readonly #deletions: TopicDeletions;
  readonly #reassignments: Reassignments;
  readonly #reader: ClusterReader;
  #rebalance: Timer | undefined;
  #over = false;

  constructor(store: FencedStore, queue: EventQueue, dependencies: ControllerDependencies) {
    const { brokerId, linkTo, logger, platform, settings } = dependencies;
    this.epoch = store.epoch;
    this.#dependencies = dependencies;
    this.#store = store;
    this.#queue = queue;
    this.#channels = new BrokerChannels({
      linkTo,
      timers: platform.timers,
      logger,
      onAnswer: (from, answer) => this.#push(() => this.#onAnswer(from, answer)),
    });
    this.#batch = new RequestBatch({
      state: this.#state,
      channels: this.#channels,
      controllerId: brokerId,
      controllerEpoch: this.epoch,
      interBrokerListenerName: settings.interBrokerListenerName,
    });
    const shared = { store, state: this.#state, batch: this.#batch, logger };
    this.#leadership = new LeadershipChanges({
      ...shared,
      isUncleanByDefault: () => settings.uncleanLeaderElectionEnable,
    });
    this.#deletions = new TopicDeletions(shared);
    this.#reassignments = new Reassignments({
      ...shared,
      leadership: this.#leadership,
      onRequested: () => this.#push(() => this.#reassignmentsRequested()),
    });
    this.#reader = new ClusterReader({
      ...shared,
      random: platform.random,
      watchers: {
        brokers: this.#onBrokersChanged,
        broker: this.#onBrokerModified,
        topics: this.#onTopicsChanged,
        topic: this.#onTopicModified,
      },
    });
  }

  /** Reads the cluster and takes it over. */
  async start(): Promise<void> {
    await enableFeatures(this.#store, this.#dependencies.logger);
    await this.#clearNotifications();
    for (const broker of await this.#reader.brokers()) this.#addBroker(broker);
    const topics = await this.#reader.topicNames();
    await this.#reader.loadTopics(topics);
    await this.#leadership.load([...this.#state.partitions()]);
    await this.#beginDeletions();

    // Brokers need each other's addresses before they can follow anyone.
    this.#batch.metadataToAll();
    this.#batch.flush();

    const entries = [...this.#state.livingPartitions()];
    for (const entry of entries) {
      if (entry.leadership === undefined) continue;
      this.#batch.leaderAndIsr(this.#onlineReplicas(entry), entry);
    }
    await this.#leadership.bringOnline(entries);
    // Clients wait for leaders, nobody for in-sync sets that are too large.
    this.#batch.flush();
    await this.#dropReplicasThatAreGone(entries);
    await this.#reassignments.resume();
    await this.#deletions.advance();
    await this.#preferredElectionRequested();
    this.#batch.flush();
    this.#startRebalancing();
  }

  /** Sends nothing more and starts no event. One that is under way may still write, until it meets the fence. */
  close(): void {
    this.#over = true;
    this.#rebalance?.cancel();
    this.#channels.close();
  }

  async controlledShutdown(
    brokerId: number,
    brokerEpoch: number,
  ): Promise<{ errorCode: number; remaining: TopicPartition[] }> {
    const broker = this.#state.brokers.get(brokerId);
    if (broker === undefined) return { errorCode: ErrorCode.BROKER_NOT_AVAILABLE, remaining: [] };
    if (brokerEpoch !== -1 && brokerEpoch < broker.epoch) {
      return { errorCode: ErrorCode.STALE_BROKER_EPOCH, remaining: [] };
    }
    this.#state.shuttingDown.add(brokerId);
    const movable = this.#state
      .partitionsOn(brokerId)
      .filter((entry) => entry.replicas.length > 1 && entry.leadership !== undefined)
      .filter((entry) => !this.#state.deleting.has(entry.topic));
    const leads = (entry: PartitionEntry): boolean => entry.leadership?.leader === brokerId;
    const followed = movable.filter((entry) => !leads(entry));
    await this.#leadership.leaveLeadership(movable.filter(leads));
    for (const entry of followed) this.#batch.stopReplica(brokerId, entry, false);
    await this.#leadership.dropReplica(brokerId, followed);
    this.#batch.flush();
    // What has no other replica cannot move, and does not keep the broker.
    return { errorCode: ErrorCode.NONE, remaining: movable.filter(leads).map(placeOf) };
  }

  /** NONE for a broker that is registered under this epoch. */
  brokerError(brokerId: number, brokerEpoch: number): number {
    const broker = this.#state.brokers.get(brokerId);
    if (broker === undefined) return ErrorCode.BROKER_ID_NOT_REGISTERED;
    return broker.epoch === brokerEpoch ? ErrorCode.NONE : ErrorCode.STALE_BROKER_EPOCH;
  }

  /** Writes in-sync sets that leaders have decided on (KIP-497), those that the rules allow. */
  async alterPartitions(
    brokerId: number,
    brokerEpoch: number,
    alterations: readonly IsrAlteration[],
  ): Promise<AlterationAnswer> {
    if (this.#state.brokers.get(brokerId)?.epoch !== brokerEpoch) {
      return { errorCode: ErrorCode.STALE_BROKER_EPOCH, outcomes: [] };
    }
    const namesById = new Map([...this.#state.topics.values()].map(({ id, name }) => [id, name]));
    const touched: PartitionEntry[] = [];
    const outcomes = await Promise.all(
      alterations.map(async (wanted) => {
        const { topicId, partition } = wanted;
        const topic = wanted.topic ?? (topicId === ZERO_UUID ? undefined : namesById.get(topicId));
        const place = { topic: topic ?? '', topicId, partition };
        if (topic === undefined) return { ...place, result: ErrorCode.UNKNOWN_TOPIC_ID };
        const entry = this.#entry(topic, partition);
        if (entry?.leadership === undefined) {
          return { ...place, result: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
        }
        touched.push(entry);
        return { ...place, result: await this.#alterPartition(brokerId, entry, wanted) };
      }),
    );
    this.#batch.metadataToAll(touched);
    this.#batch.flush();
    // The leader need not wait for what follows from it.
    this.#push(async () => {
      await this.#reassignments.isrChanged(touched);
      this.#batch.flush();
    });
    return { errorCode: ErrorCode.NONE, outcomes };
  }

  async electLeaders(
    kind: ElectionKind,
    partitions: readonly TopicPartition[] | undefined,
  ): Promise<ElectionOutcome[]> {
    const outcomes: ElectionOutcome[] = [];
    const entries: PartitionEntry[] = [];
    const asked = partitions ?? [...this.#state.livingPartitions()].map(placeOf);
    for (const { topic, partition } of asked) {
      const entry = this.#entry(topic, partition);
      if (entry === undefined || this.#state.deleting.has(topic)) {
        const errorCode = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        outcomes.push({ topic, partition, errorCode, leader: NO_LEADER });
      } else if (this.#isElectionNeeded(kind, entry)) {
        entries.push(entry);
      } else if (partitions !== undefined) {
        outcomes.push(outcomeOf(entry, ErrorCode.ELECTION_NOT_NEEDED));
      }
    }
    const changes =
      kind === 'preferred'
        ? await this.#leadership.preferFirst(entries)
        : await this.#leadership.electUnclean(entries);
    const failure =
      kind === 'preferred'
        ? ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE
        : ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE;
    for (const { entry, changed } of changes) {
      outcomes.push(outcomeOf(entry, changed ? ErrorCode.NONE : failure));
    }
    this.#batch.flush();
    return outcomes;
  }

  /** Looks for leaders once more: it may be allowed now to elect unclean ones, for a topic or for all (`undefined`). */
  async uncleanElectionEnabled(topic: string | undefined): Promise<void> {
    const entries = [...this.#state.livingPartitions()];
    await this.#leadership.bringOnline(
      entries.filter((entry) => topic === undefined || entry.topic === topic),
    );
    this.#batch.flush();
  }

  async reassign(requests: readonly ReassignmentRequest[]): Promise<ReassignmentOutcome[]> {
    const outcomes = await this.#reassignments.begin(requests);
    this.#batch.flush();
    return outcomes;
  }

  /** Of the partitions asked for, or of all. */
  ongoingReassignments(partitions: readonly TopicPartition[] | undefined): OngoingReassignment[] {
    return this.#reassignments.ongoing(partitions);
  }

  async #alterPartition(
    brokerId: number,
    entry: PartitionEntry,
    wanted: IsrAlteration,
  ): Promise<AlteredState | number> {
    const isEligible = (id: number): boolean =>
      entry.replicas.includes(id) && this.#state.isAlive(id);
    const verdict = judgeAlteration(entry.leadership!, wanted, brokerId, isEligible);
    if (typeof verdict === 'number' && verdict !== ErrorCode.NONE) return verdict;
    if (verdict === ErrorCode.NONE) {
      const { isr, isRecovering } = wanted;
      const written = await this.#leadership.alterIsr(entry, isr, isRecovering);
      if (!written) return ErrorCode.INVALID_UPDATE_VERSION;
    }
    const { leaderEpoch, partitionEpoch, isr, recovering } = entry.leadership!;
    return { leaderEpoch, partitionEpoch, isr, isRecovering: recovering };
  }

  // Watches. Each only pushes its event, and the event sets the watch again by reading.

  readonly #onBrokersChanged = (): void => this.#push(() => this.#brokersChanged());
  readonly #onTopicsChanged = (): void => this.#push(() => this.#topicsChanged());
  readonly #onDeletionsChanged = (): void => this.#push(() => this.#deletionsChanged());
  readonly #onIsrNotified = (): void => this.#push(() => this.#isrNotified());
  readonly #onLogDirNotified = (): void => this.#push(() => this.#logDirNotified());
  readonly #onBrokerModified = (event: WatchEvent): void => {
    // Creation and deletion are seen as a change of the children of /brokers/ids.
    if (event.type === 'data-changed') this.#push(() => this.#brokersChanged());
  };
  readonly #onTopicModified = ({ type, path }: WatchEvent): void => {
    const topic = path.slice(topicsZnode.path.length + 1);
    if (type === 'data-changed') this.#push(() => this.#topicModified(topic));
  };

  #push(event: () => Promise<void>): void {
    this.#queue.push(async () => {
      if (!this.#over) await event();
    });
  }

  async #brokersChanged(): Promise<void> {
    const brokers = new Map((await this.#reader.brokers()).map((broker) => [broker.id, broker]));
    const known = new Map(this.#state.brokers);
    const gone = [...known.values()].filter(({ id, epoch }) => brokers.get(id)?.epoch !== epoch);
    const came = [...brokers.values()].filter(({ id, epoch }) => known.get(id)?.epoch !== epoch);
    for (const { id } of gone) this.#channels.remove(id);
    for (const { id } of gone) this.#removeBroker(id);
    if (gone.length > 0) await this.#brokersWent(gone.map(({ id }) => id));
    for (const broker of came) this.#addBroker(broker);
    if (came.length > 0) await this.#brokersCame(came.map(({ id }) => id));
    if (gone.length === 0 && came.length === 0) {
      // The same brokers with other endpoints.
      for (const broker of brokers.values()) this.#state.brokers.set(broker.id, broker);
      this.#batch.metadataToAll();
    }
    this.#batch.flush();
  }

  async #brokersWent(ids: readonly number[]): Promise<void> {
    this.#dependencies.logger.info({ brokers: ids }, 'brokers went');
    const entries = [...this.#state.livingPartitions()];
    await this.#leadership.bringOnline(entries);
    this.#batch.flush();
    for (const id of ids) {
      await this.#leadership.dropReplica(
        id,
        entries.filter((entry) => entry.replicas.includes(id)),
      );
      this.#deletions.brokerDown(id);
    }
    await this.#deletions.advance();
    this.#batch.metadataToAll();
  }

  async #brokersCame(ids: readonly number[]): Promise<void> {
    this.#dependencies.logger.info({ brokers: ids }, 'brokers came');
    const newcomers = new Set(ids);
    const others = [...this.#state.brokers.keys()].filter((id) => !newcomers.has(id));
    this.#batch.metadata(others);
    this.#batch.flush();
    // A new broker learns of everything before it is told what to lead or follow.
    this.#batch.metadata(ids, this.#state.livingPartitions());
    this.#batch.flush();
    const entries = [...this.#state.livingPartitions()];
    for (const entry of entries) {
      for (const id of ids) entry.offlineDirs.delete(id);
      const here = entry.replicas.filter((replica) => newcomers.has(replica));
      if (here.length > 0) this.#batch.leaderAndIsr(here, entry);
    }
    await this.#leadership.bringOnline(entries);
    await this.#reassignments.brokersCame(ids);
    for (const id of ids) this.#deletions.brokerUp(id);
    await this.#deletions.advance();
  }

  async #topicsChanged(): Promise<void> {
    const names = await this.#reader.topicNames();
    const present = new Set(names);
    for (const name of [...this.#state.topics.keys()]) {
      if (!present.has(name)) this.#state.topics.delete(name);
    }
    const added = await this.#reader.loadTopics(
      names.filter((name) => !this.#state.topics.has(name)),
    );
    await this.#leadership.bringOnline(added);
    this.#batch.flush();
  }

  async #topicModified(topic: string): Promise<void> {
    if (!this.#state.topics.has(topic) || this.#state.deleting.has(topic)) return;
    const added = await this.#reader.loadTopics([topic]);
    await this.#leadership.bringOnline(added);
    this.#batch.flush();
  }

  async #deletionsChanged(): Promise<void> {
    await this.#beginDeletions();
    await this.#deletions.advance();
    this.#batch.flush();
  }

  /** Leaders of brokers that still write their ISR themselves (before AlterPartition) say so here. */
  async #isrNotified(): Promise<void> {
    const changed = new Set<PartitionEntry>();
    await this.#reader.consume(isrChangeZnode.parent, this.#onIsrNotified, (data) => {
      for (const { topic, partition } of isrChangeZnode.decode(data)) {
        const entry = this.#entry(topic, partition);
        if (entry !== undefined) changed.add(entry);
      }
    });
    await this.#leadership.load([...changed]);
    if (changed.size > 0) this.#batch.metadataToAll(changed);
    await this.#reassignments.isrChanged(changed);
    this.#batch.flush();
  }

  async #reassignmentsRequested(): Promise<void> {
    await this.#reassignments.readRequests();
    this.#batch.flush();
  }

  /** Tools before Kafka 2.4 ask for preferred leaders by a node, and see by its end that they were elected. */
  async #preferredElectionRequested(): Promise<void> {
    const { path, decode } = preferredElectionZnode;
    const { session } = this.#store;
    const look = (): void => this.#push(() => this.#preferredElectionRequested());
    if ((await session.exists(path, look)) === undefined) return;
    await this.#reader.take(path, async (data) => {
      await this.electLeaders('preferred', decode(data));
    });
  }

  /** A broker lost a log directory: asked again, it answers for each replica whether it still has it. */
  async #logDirNotified(): Promise<void> {
    const brokers = new Set<number>();
    await this.#reader.consume(logDirEventZnode.parent, this.#onLogDirNotified, (data) => {
      brokers.add(logDirEventZnode.decode(data));
    });
    for (const brokerId of brokers) {
      for (const entry of this.#state.partitionsOn(brokerId)) {
        this.#batch.leaderAndIsr([brokerId], entry);
      }
    }
    this.#batch.flush();
  }

  async #onAnswer(brokerId: number, answer: ControlAnswer): Promise<void> {
    switch (answer.type) {
      case 'leader-and-isr':
        await this.#leaderAndIsrAnswered(brokerId, answer.response);
        break;
      case 'stop-replica': {
        const failed = new Set(
          answer.response.partitionErrors
            .filter((each) => each.errorCode !== ErrorCode.NONE)
            .map((each) => `${each.topicName}/${each.partitionIndex}`),
        );
        const deleted = answer.request.topicStates.flatMap(({ topicName, partitionStates }) =>
          partitionStates
            .filter((each) => each.deletePartition)
            .map((each) => ({ topic: topicName, partition: each.partitionIndex })),
        );
        const succeeded = (each: TopicPartition): boolean =>
          answer.response.errorCode === ErrorCode.NONE &&
          !failed.has(`${each.topic}/${each.partition}`);
        this.#deletions.answered(brokerId, deleted.filter(succeeded), true);
        this.#deletions.answered(
          brokerId,
          deleted.filter((each) => !succeeded(each)),
          false,
        );
        if (deleted.length > 0) await this.#deletions.advance();
        break;
      }
      case 'update-metadata':
        if (answer.response.errorCode === ErrorCode.NONE) break;
        this.#dependencies.logger.warn(
          { brokerId, errorCode: answer.response.errorCode },
          'a broker refused the metadata',
        );
        break;
    }
    this.#batch.flush();
  }

  async #leaderAndIsrAnswered(brokerId: number, response: LeaderAndIsrResponse): Promise<void> {
    if (response.errorCode !== ErrorCode.NONE) {
      const { errorCode } = response;
      this.#dependencies.logger.warn({ brokerId, errorCode }, 'a broker refused leader and ISR');
      return;
    }
    const namesById = new Map([...this.#state.topics.values()].map(({ id, name }) => [id, name]));
    const lost: PartitionEntry[] = [];
    for (const { topicId, partitionErrors } of response.topics) {
      for (const { partitionIndex, errorCode } of partitionErrors) {
        const entry = this.#entry(namesById.get(topicId) ?? '', partitionIndex);
        if (entry === undefined) continue;
        if (errorCode === ErrorCode.NONE) entry.offlineDirs.delete(brokerId);
        else if (errorCode === ErrorCode.KAFKA_STORAGE_ERROR) lost.push(entry);
      }
    }
    const news = lost.filter((entry) => !entry.offlineDirs.has(brokerId));
    if (news.length === 0) return;
    for (const entry of news) entry.offlineDirs.add(brokerId);
    await this.#leadership.bringOnline(news);
    await this.#leadership.dropReplica(brokerId, news);
  }

  async #beginDeletions(): Promise<void> {
    const { session } = this.#store;
    const { children } = await session.getChildren(
      deleteTopicsZnode.path,
      this.#onDeletionsChanged,
    );
    const enabled = this.#dependencies.settings.deleteTopicEnable;
    const marked = children.filter((topic) => enabled && this.#state.topics.has(topic));
    this.#deletions.begin(marked);
    for (const topic of children) {
      if (!marked.includes(topic)) await this.#store.remove(deleteTopicZnode.path(topic));
    }
  }

  /** What was notified before the term is in what it reads anyway. */
  async #clearNotifications(): Promise<void> {
    const ignore = (): void => undefined;
    await this.#reader.consume(isrChangeZnode.parent, this.#onIsrNotified, ignore);
    await this.#reader.consume(logDirEventZnode.parent, this.#onLogDirNotified, ignore);
  }

  async #dropReplicasThatAreGone(entries: readonly PartitionEntry[]): Promise<void> {
    const gone = new Set(
      entries.flatMap((entry) => entry.replicas.filter((id) => !this.#state.isAlive(id))),
    );
    for (const id of gone) {
      const affected = entries.filter((entry) => entry.replicas.includes(id));
      await this.#leadership.dropReplica(id, affected);
    }
  }

  #addBroker(broker: BrokerAddress): void {
    this.#state.brokers.set(broker.id, broker);
    this.#channels.add(broker);
  }

  #removeBroker(id: number): void {
    this.#state.brokers.delete(id);
    this.#state.shuttingDown.delete(id);
  }

  #entry(topic: string, partition: number): PartitionEntry | undefined {
    return this.#state.topics.get(topic)?.partitions.get(partition);
  }

  #onlineReplicas(entry: PartitionEntry): number[] {
    return entry.replicas.filter((replica) => this.#state.isOnline(replica, entry));
  }

  #isElectionNeeded(kind: ElectionKind, entry: PartitionEntry): boolean {
    return kind === 'preferred'
      ? entry.leadership?.leader !== entry.replicas[0]
      : !this.#state.hasOnlineLeader(entry);
  }

  #startRebalancing(): void {
    const { settings, platform } = this.#dependencies;
    if (!settings.autoLeaderRebalanceEnable) return;
    const intervalMs = settings.leaderImbalanceCheckIntervalMs;
    this.#rebalance = platform.timers.every(intervalMs, () =>
      this.#push(() => this.#rebalanceLeaders()),
    );
  }

  /** Where too many partitions are led by another broker than they should be, the preferred ones take over. */
  async #rebalanceLeaders(): Promise<void> {
    const byPreferred = new Map<number, PartitionEntry[]>();
    for (const entry of this.#state.livingPartitions()) {
      const preferred = entry.replicas[0] ?? NO_LEADER;
      byPreferred.set(preferred, [...(byPreferred.get(preferred) ?? []), entry]);
    }
    const { leaderImbalancePerBrokerPercentage } = this.#dependencies.settings;
    for (const [preferred, entries] of byPreferred) {
      const elsewhere = entries.filter(
        ({ leadership }) => leadership !== undefined && leadership.leader !== preferred,
      );
      if ((100 * elsewhere.length) / entries.length <= leaderImbalancePerBrokerPercentage) continue;
      await this.#leadership.preferFirst(
        elsewhere.filter((entry) => this.#state.isOnline(preferred, entry)),
      );
    }
    this.#batch.flush();
  }
}

function placeOf({ topic, partition }: PartitionEntry): TopicPartition {
  return { topic, partition };
}

function outcomeOf(entry: PartitionEntry, errorCode: number): ElectionOutcome {
  return { ...placeOf(entry), errorCode, leader: entry.leadership?.leader ?? NO_LEADER };
}
