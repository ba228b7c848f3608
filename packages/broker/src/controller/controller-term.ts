/**
 * One term of this broker as controller: from its election to its resignation.
 *
 * Owns: the cluster's state for this term, the channels to the brokers, the watches, and which part of the controller an event is for. Every public method that returns
 * a promise is an event and runs in the controller's queue; watches and answers only push events.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Timer } from '@zurau/platform';
import type { WatchEvent } from '../metadata/store.ts';
import {
  isrChangeZnode,
  logDirEventZnode,
  type TopicPartition,
} from '../metadata/znodes/controller.ts';
import { preferredElectionZnode } from '../metadata/znodes/operator-requests.ts';
import { deleteTopicsZnode, deleteTopicZnode, topicsZnode } from '../metadata/znodes/topics.ts';
import { BrokerAnswers } from './broker-answers.ts';
import { BrokerChannels } from './broker-channels.ts';
import { BrokerMembership } from './broker-membership.ts';
import { ClusterReader } from './cluster-reader.ts';
import { ClusterState, type PartitionEntry } from './cluster-state.ts';
import type { ControllerDependencies } from './controller-dependencies.ts';
import type { EventQueue } from './event-queue.ts';
import { enableFeatures } from './feature-node.ts';
import type { FencedStore } from './fenced-store.ts';
import type { AlterationAnswer, IsrAlteration } from './isr-alteration.ts';
import { IsrWriter } from './isr-writer.ts';
import { LeaderElections, type ElectionKind, type ElectionOutcome } from './leader-elections.ts';
import { LeadershipChanges } from './leadership.ts';
import {
  Reassignments,
  type OngoingReassignment,
  type ReassignmentOutcome,
  type ReassignmentRequest,
} from './reassignments.ts';
import { RequestBatch } from './request-batch.ts';
import { TopicDeletions } from './topic-deletion.ts';

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
  readonly #membership: BrokerMembership;
  readonly #elections: LeaderElections;
  readonly #isrWriter: IsrWriter;
  readonly #answers: BrokerAnswers;
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
      onAnswer: (from, answer) =>
        this.#push(async () => {
          await this.#answers.take(from, answer);
          this.#batch.flush();
        }),
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
    const deciding = { ...shared, leadership: this.#leadership, deletions: this.#deletions };
    this.#membership = new BrokerMembership({
      ...deciding,
      reader: this.#reader,
      channels: this.#channels,
      reassignments: this.#reassignments,
    });
    this.#elections = new LeaderElections(deciding);
    this.#isrWriter = new IsrWriter(deciding);
    this.#answers = new BrokerAnswers(deciding);
  }

  /** Reads the cluster and takes it over. */
  async start(): Promise<void> {
    await enableFeatures(this.#store, this.#dependencies.logger);
    await this.#clearNotifications();
    await this.#membership.load();
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
    return this.#membership.controlledShutdown(brokerId, brokerEpoch);
  }

  /** NONE for a broker that is registered under this epoch. */
  brokerError(brokerId: number, brokerEpoch: number): number {
    return this.#membership.brokerError(brokerId, brokerEpoch);
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
    const { outcomes, touched } = await this.#isrWriter.write(brokerId, alterations);
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
    const outcomes = await this.#elections.elect(kind, partitions);
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

  // Watches. Each only pushes its event, and the event sets the watch again by reading.

  readonly #onBrokersChanged = (): void => this.#push(() => this.#membership.changed());
  readonly #onTopicsChanged = (): void => this.#push(() => this.#topicsChanged());
  readonly #onDeletionsChanged = (): void => this.#push(() => this.#deletionsChanged());
  readonly #onIsrNotified = (): void => this.#push(() => this.#isrNotified());
  readonly #onLogDirNotified = (): void => this.#push(() => this.#logDirNotified());
  readonly #onBrokerModified = (event: WatchEvent): void => {
    // Creation and deletion are seen as a change of the children of /brokers/ids.
    if (event.type === 'data-changed') this.#push(() => this.#membership.changed());
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
        const entry = this.#state.partition(topic, partition);
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

  #onlineReplicas(entry: PartitionEntry): number[] {
    return entry.replicas.filter((replica) => this.#state.isOnline(replica, entry));
  }

  #startRebalancing(): void {
    const { settings, platform } = this.#dependencies;
    if (this.#over || !settings.autoLeaderRebalanceEnable) return;
    const intervalMs = settings.leaderImbalanceCheckIntervalMs;
    this.#rebalance = platform.timers.every(intervalMs, () =>
      this.#push(async () => {
        await this.#elections.rebalance(settings.leaderImbalancePerBrokerPercentage);
        this.#batch.flush();
      }),
    );
  }
}
