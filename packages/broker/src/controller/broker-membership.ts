/**
 * Brokers that come, go and are about to go: who is told what, who leads instead, and who is not waited for any more.
 *
 * Owns: which brokers the cluster's state and the channels know. A broker that is registered under another epoch went and came, however quickly.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Logger } from '../logging.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import type { BrokerChannels } from './broker-channels.ts';
import type { BrokerAddress } from './broker-link.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { placeOf, type ClusterState, type PartitionEntry } from './cluster-state.ts';
import type { LeadershipChanges } from './leadership.ts';
import type { Reassignments } from './reassignments.ts';
import type { RequestBatch } from './request-batch.ts';
import type { TopicDeletions } from './topic-deletion.ts';

export interface BrokerMembershipDependencies {
  readonly state: ClusterState;
  readonly reader: ClusterReader;
  readonly channels: BrokerChannels;
  readonly batch: RequestBatch;
  readonly leadership: LeadershipChanges;
  readonly deletions: TopicDeletions;
  readonly reassignments: Reassignments;
  readonly logger: Logger;
}

export class BrokerMembership {
  readonly #dependencies: BrokerMembershipDependencies;

  constructor(dependencies: BrokerMembershipDependencies) {
    this.#dependencies = dependencies;
  }

  /** Reads who is there, at the beginning of a term; nobody is told yet. */
  async load(): Promise<void> {
    for (const broker of await this.#dependencies.reader.brokers()) this.#add(broker);
  }

  /** Brokers were registered, or are not any more, or have other endpoints. */
  async changed(): Promise<void> {
    const { state, reader, channels, batch } = this.#dependencies;
    const brokers = new Map((await reader.brokers()).map((broker) => [broker.id, broker]));
    const known = new Map(state.brokers);
    const gone = [...known.values()].filter(({ id, epoch }) => brokers.get(id)?.epoch !== epoch);
    const came = [...brokers.values()].filter(({ id, epoch }) => known.get(id)?.epoch !== epoch);
    for (const { id } of gone) channels.remove(id);
    for (const { id } of gone) this.#remove(id);
    if (gone.length > 0) await this.#went(gone.map(({ id }) => id));
    for (const broker of came) this.#add(broker);
    if (came.length > 0) await this.#came(came.map(({ id }) => id));
    if (gone.length === 0 && came.length === 0) {
      // The same brokers with other endpoints.
      for (const broker of brokers.values()) state.brokers.set(broker.id, broker);
      batch.metadataToAll();
    }
    batch.flush();
  }

  /** Moves away what a broker leads that means to go. */
  async controlledShutdown(
    brokerId: number,
    brokerEpoch: number,
  ): Promise<{ errorCode: number; remaining: TopicPartition[] }> {
    const { state, batch, leadership } = this.#dependencies;
    const broker = state.brokers.get(brokerId);
    if (broker === undefined) return { errorCode: ErrorCode.BROKER_NOT_AVAILABLE, remaining: [] };
    if (brokerEpoch !== -1 && brokerEpoch < broker.epoch) {
      return { errorCode: ErrorCode.STALE_BROKER_EPOCH, remaining: [] };
    }
    state.shuttingDown.add(brokerId);
    const movable = state
      .partitionsOn(brokerId)
      .filter((entry) => entry.replicas.length > 1 && entry.leadership !== undefined)
      .filter((entry) => !state.deleting.has(entry.topic));
    const leads = (entry: PartitionEntry): boolean => entry.leadership?.leader === brokerId;
    const followed = movable.filter((entry) => !leads(entry));
    await leadership.leaveLeadership(movable.filter(leads));
    for (const entry of followed) batch.stopReplica(brokerId, entry, false);
    await leadership.dropReplica(brokerId, followed);
    batch.flush();
    // What has no other replica cannot move, and does not keep the broker.
    return { errorCode: ErrorCode.NONE, remaining: movable.filter(leads).map(placeOf) };
  }

  /** NONE for a broker that is registered under this epoch. */
  brokerError(brokerId: number, brokerEpoch: number): number {
    const broker = this.#dependencies.state.brokers.get(brokerId);
    if (broker === undefined) return ErrorCode.BROKER_ID_NOT_REGISTERED;
    return broker.epoch === brokerEpoch ? ErrorCode.NONE : ErrorCode.STALE_BROKER_EPOCH;
  }

  async #went(ids: readonly number[]): Promise<void> {
    const { state, batch, leadership, deletions, logger } = this.#dependencies;
    logger.info({ brokers: ids }, 'brokers went');
    const entries = [...state.livingPartitions()];
    await leadership.bringOnline(entries);
    batch.flush();
    for (const id of ids) {
      await leadership.dropReplica(
        id,
        entries.filter((entry) => entry.replicas.includes(id)),
      );
      deletions.brokerDown(id);
    }
    await deletions.advance();
    batch.metadataToAll();
  }

  async #came(ids: readonly number[]): Promise<void> {
    const { state, batch, leadership, deletions, reassignments, logger } = this.#dependencies;
    logger.info({ brokers: ids }, 'brokers came');
    const newcomers = new Set(ids);
    const others = [...state.brokers.keys()].filter((id) => !newcomers.has(id));
    batch.metadata(others);
    batch.flush();
    // A new broker learns of everything before it is told what to lead or follow.
    batch.metadata(ids, state.livingPartitions());
    batch.flush();
    const entries = [...state.livingPartitions()];
    for (const entry of entries) {
      for (const id of ids) entry.offlineDirs.delete(id);
      const here = entry.replicas.filter((replica) => newcomers.has(replica));
      if (here.length > 0) batch.leaderAndIsr(here, entry);
    }
    await leadership.bringOnline(entries);
    await reassignments.brokersCame(ids);
    for (const id of ids) deletions.brokerUp(id);
    await deletions.advance();
  }

  #add(broker: BrokerAddress): void {
    this.#dependencies.state.brokers.set(broker.id, broker);
    this.#dependencies.channels.add(broker);
  }

  #remove(id: number): void {
    const { brokers, shuttingDown } = this.#dependencies.state;
    brokers.delete(id);
    shuttingDown.delete(id);
  }
}
