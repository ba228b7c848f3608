/**
 * What the controller has to tell the brokers, gathered while an event is processed and sent when it ends: at most one LeaderAndIsr, one
 * UpdateMetadata and one StopReplica a broker, in this order.
 *
 * Owns: what is gathered. Requests are built from the cluster's state at the time of sending.
 */
import type {
  LeaderAndIsrRequest,
  StopReplicaRequest,
  UpdateMetadataRequest,
} from '@zurau/protocol';
import { LEADER_DURING_DELETE } from '../metadata/metadata-cache.ts';
import type { BrokerChannels } from './broker-channels.ts';
import { SECURITY_PROTOCOL_IDS } from './broker-link.ts';
import type { ClusterState, Leadership, PartitionEntry } from './cluster-state.ts';

/** Leader epoch of a StopReplica for a topic on its way out: above any other. */
const EPOCH_DURING_DELETE = -2;
const NO_EPOCH = -1;

type Group<T> = Map<number, Map<PartitionEntry, T>>;

export class RequestBatch {
  readonly #state: ClusterState;
  readonly #channels: BrokerChannels;
  readonly #controllerId: number;
  readonly #controllerEpoch: number;
  readonly #listenerName: string;
  /** By broker and partition: whether the partition is new. */
  readonly #leaderAndIsr: Group<boolean> = new Map();
  /** By broker and partition: whether the replica's data goes. */
  readonly #stopReplica: Group<boolean> = new Map();
  readonly #metadataBrokers = new Set<number>();
  readonly #metadataPartitions = new Set<PartitionEntry>();

  constructor(dependencies: {
    readonly state: ClusterState;
    readonly channels: BrokerChannels;
    readonly controllerId: number;
    readonly controllerEpoch: number;
    /** Listener by which brokers reach each other. */
    readonly interBrokerListenerName: string;
  }) {
    this.#state = dependencies.state;
    this.#channels = dependencies.channels;
    this.#controllerId = dependencies.controllerId;
    this.#controllerEpoch = dependencies.controllerEpoch;
    this.#listenerName = dependencies.interBrokerListenerName;
  }

  /** Tells `brokerIds` who leads; and everyone, for their metadata. */
  leaderAndIsr(brokerIds: Iterable<number>, entry: PartitionEntry, isNew = false): void {
    for (const brokerId of brokerIds) put(this.#leaderAndIsr, brokerId, entry, isNew);
    this.metadataToAll([entry]);
  }

  stopReplica(brokerId: number, entry: PartitionEntry, deletePartition: boolean): void {
    put(this.#stopReplica, brokerId, entry, deletePartition);
  }

  /** Without partitions: only the living brokers are told. */
  metadata(brokerIds: Iterable<number>, entries: Iterable<PartitionEntry> = []): void {
    for (const brokerId of brokerIds) this.#metadataBrokers.add(brokerId);
    for (const entry of entries) this.#metadataPartitions.add(entry);
  }

  metadataToAll(entries: Iterable<PartitionEntry> = []): void {
    this.metadata(this.#state.brokers.keys(), entries);
  }

  /** Hands all that was gathered to the channels. */
  flush(): void {
    this.#sendLeaderAndIsr();
    this.#sendUpdateMetadata();
    this.#sendStopReplica();
  }

  #sendLeaderAndIsr(): void {
    for (const [brokerId, entries] of this.#leaderAndIsr) {
      const broker = this.#state.brokers.get(brokerId);
      if (broker === undefined) continue;
      const leaders = new Set<number>();
      const topicStates = byTopic(entries, (entry, isNew) => {
        const { leadership } = entry;
        if (leadership === undefined) return undefined;
        leaders.add(leadership.leader);
        return {
          topicName: entry.topic,
          partitionIndex: entry.partition,
          controllerEpoch: leadership.controllerEpoch,
          leader: leadership.leader,
          leaderEpoch: leadership.leaderEpoch,
          isr: [...leadership.isr],
          partitionEpoch: leadership.partitionEpoch,
          replicas: [...entry.replicas],
          addingReplicas: [...entry.addingReplicas],
          removingReplicas: [...entry.removingReplicas],
          isNew,
          leaderRecoveryState: leadership.recovering ? 1 : 0,
        };
      });
      const request: LeaderAndIsrRequest = {
        ...this.#header(broker.epoch),
        type: 0,
        ungroupedPartitionStates: [],
        topicStates: topicStates.map(([topicName, partitionStates]) => ({
          topicName,
          topicId: this.#state.topicId(topicName),
          partitionStates,
        })),
        liveLeaders: this.#liveLeaders(leaders),
      };
      this.#channels.send(brokerId, { type: 'leader-and-isr', request });
    }
    this.#leaderAndIsr.clear();
  }

  #liveLeaders(leaders: ReadonlySet<number>): LeaderAndIsrRequest['liveLeaders'] {
    return [...this.#state.brokers.values()]
      .filter((broker) => leaders.has(broker.id))
      .flatMap((broker) =>
        broker.endpoints
          .filter((endpoint) => endpoint.listenerName === this.#listenerName)
          .map(({ host, port }) => ({ brokerId: broker.id, hostName: host, port })),
      );
  }

  #sendUpdateMetadata(): void {
    if (this.#metadataBrokers.size === 0) return;
    const entries = new Map([...this.#metadataPartitions].map((entry) => [entry, undefined]));
    const topicStates = byTopic(entries, (entry) => this.#metadataState(entry)).map(
      ([topicName, partitionStates]) => ({
        topicName,
        topicId: this.#state.topicId(topicName),
        partitionStates,
      }),
    );
    const liveBrokers = [...this.#state.brokers.values()].map((broker) => ({
      id: broker.id,
      v0Host: '',
      v0Port: 0,
      endpoints: broker.endpoints.map((endpoint) => ({
        port: endpoint.port,
        host: endpoint.host,
        listener: endpoint.listenerName,
        securityProtocol: SECURITY_PROTOCOL_IDS[endpoint.securityProtocol],
      })),
      rack: broker.rack,
    }));
    for (const brokerId of this.#metadataBrokers) {
      const broker = this.#state.brokers.get(brokerId);
      if (broker === undefined) continue;
      const request: UpdateMetadataRequest = {
        ...this.#header(broker.epoch),
        type: 0,
        ungroupedPartitionStates: [],
        topicStates,
        liveBrokers,
      };
      this.#channels.send(brokerId, { type: 'update-metadata', request });
    }
    this.#metadataBrokers.clear();
    this.#metadataPartitions.clear();
  }

  #metadataState(
    entry: PartitionEntry,
  ): UpdateMetadataRequest['topicStates'][number]['partitionStates'][number] | undefined {
    const { leadership } = entry;
    if (leadership === undefined) return undefined;
    const shown = this.#state.deleting.has(entry.topic) ? duringDelete(leadership) : leadership;
    return {
      topicName: entry.topic,
      partitionIndex: entry.partition,
      controllerEpoch: leadership.controllerEpoch,
      leader: shown.leader,
      leaderEpoch: shown.leaderEpoch,
      isr: [...shown.isr],
      zkVersion: shown.partitionEpoch,
      replicas: [...entry.replicas],
      offlineReplicas: entry.replicas.filter((replica) => !this.#state.isOnline(replica, entry)),
    };
  }

  #sendStopReplica(): void {
    for (const [brokerId, entries] of this.#stopReplica) {
      const broker = this.#state.brokers.get(brokerId);
      if (broker === undefined) continue;
      const topicStates = byTopic(entries, (entry, deletePartition) => ({
        partitionIndex: entry.partition,
        leaderEpoch: this.#state.deleting.has(entry.topic)
          ? EPOCH_DURING_DELETE
          : (entry.leadership?.leaderEpoch ?? NO_EPOCH),
        deletePartition,
      }));
      const request: StopReplicaRequest = {
        ...this.#header(broker.epoch),
        deletePartitions: false,
        ungroupedPartitions: [],
        topics: [],
        topicStates: topicStates.map(([topicName, partitionStates]) => ({
          topicName,
          partitionStates,
        })),
      };
      this.#channels.send(brokerId, { type: 'stop-replica', request });
    }
    this.#stopReplica.clear();
  }

  #header(brokerEpoch: number): {
    controllerId: number;
    isKRaftController: boolean;
    controllerEpoch: number;
    brokerEpoch: number;
  } {
    return {
      controllerId: this.#controllerId,
      isKRaftController: false,
      controllerEpoch: this.#controllerEpoch,
      brokerEpoch,
    };
  }
}

/** Said once, it stays: a partition is new, a replica goes. */
function put(group: Group<boolean>, brokerId: number, entry: PartitionEntry, flag: boolean): void {
  const entries = group.get(brokerId);
  if (entries === undefined) group.set(brokerId, new Map([[entry, flag]]));
  else entries.set(entry, flag || entries.get(entry) === true);
}

function byTopic<T, R>(
  entries: ReadonlyMap<PartitionEntry, T>,
  build: (entry: PartitionEntry, value: T) => R | undefined,
): [topic: string, states: R[]][] {
  const topics = new Map<string, R[]>();
  for (const [entry, value] of entries) {
    const state = build(entry, value);
    if (state === undefined) continue;
    const states = topics.get(entry.topic);
    if (states === undefined) topics.set(entry.topic, [state]);
    else states.push(state);
  }
  return [...topics];
}

function duringDelete(leadership: Leadership): Leadership {
  return { ...leadership, leader: LEADER_DURING_DELETE, leaderEpoch: 0, partitionEpoch: 0 };
}
