/**
 * The controller's link to the broker in its own process: the same functions that the API handlers call, without a socket.
 *
 * Making and removing logs costs files. A request about thousands of partitions is carried out in slices, a turn of the event loop each, so that
 * clients are served in between. The controller sends its next request when this one is answered: nothing overtakes.
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
import type { Timers } from '@zurau/platform';
import type { BrokerLink } from './controller/broker-link.ts';
import type { MetadataCache } from './metadata/metadata-cache.ts';
import type { ReplicaManager } from './replica/replica-manager.ts';

/** About 10 ms. */
const SLICE_PARTITIONS = 20;

export class LocalBrokerLink implements BrokerLink {
  readonly #replicas: ReplicaManager;
  readonly #metadata: MetadataCache;
  readonly #timers: Timers;
  /** Reads a topic's configs, which its logs need when they are made. */
  readonly #readTopicConfig: (topic: string) => Promise<void>;
  /** Grows with every close: what was under way then stops. */
  #generation = 0;

  constructor(dependencies: {
    readonly replicas: ReplicaManager;
    readonly metadata: MetadataCache;
    readonly timers: Timers;
    readonly readTopicConfig: (topic: string) => Promise<void>;
  }) {
    this.#replicas = dependencies.replicas;
    this.#metadata = dependencies.metadata;
    this.#timers = dependencies.timers;
    this.#readTopicConfig = dependencies.readTopicConfig;
  }

  async leaderAndIsr(request: LeaderAndIsrRequest): Promise<LeaderAndIsrResponse> {
    const generation = this.#generation;
    const answer: LeaderAndIsrResponse = {
      errorCode: ErrorCode.NONE,
      partitionErrors: [],
      topics: [],
    };
    for (const topic of request.topicStates) {
      if (!this.#replicas.holdsTopic(topic.topicName)) await this.#readTopicConfig(topic.topicName);
    }
    for (const [index, topicStates] of slices(request.topicStates).entries()) {
      if (index > 0) await this.#nextTurn(generation);
      const { errorCode, topics } = this.#replicas.applyLeaderAndIsr({ ...request, topicStates });
      if (errorCode !== ErrorCode.NONE) return { ...answer, errorCode };
      for (const { topicId, partitionErrors } of topics) {
        const known = answer.topics.findLast((topic) => topic.topicId === topicId);
        if (known === undefined) answer.topics.push({ topicId, partitionErrors });
        else known.partitionErrors.push(...partitionErrors);
      }
    }
    return answer;
  }

  async updateMetadata(request: UpdateMetadataRequest): Promise<UpdateMetadataResponse> {
    this.#metadata.applyUpdateMetadata(request);
    return { errorCode: ErrorCode.NONE };
  }

  async stopReplica(request: StopReplicaRequest): Promise<StopReplicaResponse> {
    const generation = this.#generation;
    const answer: StopReplicaResponse = { errorCode: ErrorCode.NONE, partitionErrors: [] };
    for (const [index, topicStates] of slices(request.topicStates).entries()) {
      if (index > 0) await this.#nextTurn(generation);
      const { errorCode, partitionErrors } = this.#replicas.stopReplicas({
        ...request,
        topicStates,
      });
      if (errorCode !== ErrorCode.NONE) return { ...answer, errorCode };
      answer.partitionErrors.push(...partitionErrors);
    }
    return answer;
  }

  /** Another one may be opened later: the broker lives as long as the process does. */
  close(): void {
    this.#generation++;
  }

  /** Rejects when the link has been closed meanwhile. */
  async #nextTurn(generation: number): Promise<void> {
    await new Promise<void>((resolve) => this.#timers.nextTurn(resolve));
    if (this.#generation !== generation) throw new Error('the link to this broker was closed');
  }
}

/** The topics with their partitions, {@link SLICE_PARTITIONS} at a time; at least one slice. */
function slices<Topic extends { readonly partitionStates: readonly unknown[] }>(
  topics: readonly Topic[],
): Topic[][] {
  const all: Topic[][] = [[]];
  let room = SLICE_PARTITIONS;
  for (const topic of topics) {
    for (let from = 0; from < topic.partitionStates.length;) {
      if (room === 0) {
        all.push([]);
        room = SLICE_PARTITIONS;
      }
      const partitionStates = topic.partitionStates.slice(from, from + room);
      all.at(-1)!.push({ ...topic, partitionStates });
      room -= partitionStates.length;
      from += partitionStates.length;
    }
  }
  return all;
}
