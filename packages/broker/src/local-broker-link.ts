/**
 * The controller's link to the broker in its own process: the same functions that the API handlers call, without a socket.
 */
import type {
  LeaderAndIsrRequest,
  LeaderAndIsrResponse,
  StopReplicaRequest,
  StopReplicaResponse,
  UpdateMetadataRequest,
  UpdateMetadataResponse,
} from '@zurau/protocol';
import { ErrorCode } from '@zurau/protocol';
import type { BrokerLink } from './controller/broker-link.ts';
import type { MetadataCache } from './metadata/metadata-cache.ts';
import type { ReplicaManager } from './replica/replica-manager.ts';

export class LocalBrokerLink implements BrokerLink {
  readonly #replicas: ReplicaManager;
  readonly #metadata: MetadataCache;

  /** Reads a topic's configs, which its logs need when they are made. */
  readonly #readTopicConfig: (topic: string) => Promise<void>;

  constructor(
    replicas: ReplicaManager,
    metadata: MetadataCache,
    readTopicConfig: (topic: string) => Promise<void>,
  ) {
    this.#replicas = replicas;
    this.#metadata = metadata;
    this.#readTopicConfig = readTopicConfig;
  }

  async leaderAndIsr(request: LeaderAndIsrRequest): Promise<LeaderAndIsrResponse> {
    for (const { topicName } of request.topicStates) {
      if (!this.#replicas.holdsTopic(topicName)) await this.#readTopicConfig(topicName);
    }
    return this.#replicas.applyLeaderAndIsr(request);
  }

  async updateMetadata(request: UpdateMetadataRequest): Promise<UpdateMetadataResponse> {
    this.#metadata.applyUpdateMetadata(request);
    return { errorCode: ErrorCode.NONE };
  }

  async stopReplica(request: StopReplicaRequest): Promise<StopReplicaResponse> {
    return this.#replicas.stopReplicas(request);
  }

  close(): void {
    // The broker lives as long as the process does.
  }
}
