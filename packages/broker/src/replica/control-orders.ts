/**
 * The three requests by which a controller rules a broker, as this broker carries them out: one after another, whoever is controller and however they came.
 *
 * Owns: the order, and the fences. A request meant for an earlier life of this broker, or sent by a controller that was replaced, changes nothing. What
 * cannot be meant (`order-checks`) is answered with an error, partition by partition where the answer has room for it.
 *
 * Making and removing logs costs files. A request about thousands of partitions is carried out in slices, a turn of the event loop each, so that
 * clients are served in between.
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
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import { mayHaveReplicas, metadataProblem } from './order-checks.ts';
import type { ReplicaManager } from './replica-manager.ts';

/** About 10 ms. */
const SLICE_PARTITIONS = 20;

/** The answer of a broker that has stopped. */
const GONE = { errorCode: ErrorCode.BROKER_NOT_AVAILABLE, partitionErrors: [], topics: [] };

/** What a request says when its sender does not know the broker's epoch. */
const NO_BROKER_EPOCH = -1;

interface Epochs {
  readonly brokerEpoch: number;
  readonly controllerEpoch: number;
}

/** Throws when the one who asked is gone and the rest shall not be done. */
export type Checkpoint = () => void;

export class ControlOrders {
  readonly #replicas: ReplicaManager;
  readonly #metadata: MetadataCache;
  readonly #timers: Timers;
  readonly #brokerEpoch: () => number;
  /** Reads a topic's configs, which its logs need when they are made. */
  readonly #readTopicConfig: (topic: string) => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(dependencies: {
    readonly replicas: ReplicaManager;
    readonly metadata: MetadataCache;
    readonly timers: Timers;
    /** Of this life of the broker; -1 before it is registered. */
    readonly brokerEpoch: () => number;
    readonly readTopicConfig: (topic: string) => Promise<void>;
  }) {
    this.#replicas = dependencies.replicas;
    this.#metadata = dependencies.metadata;
    this.#timers = dependencies.timers;
    this.#brokerEpoch = dependencies.brokerEpoch;
    this.#readTopicConfig = dependencies.readTopicConfig;
  }

  leaderAndIsr(
    request: LeaderAndIsrRequest,
    checkpoint: Checkpoint = () => undefined,
  ): Promise<LeaderAndIsrResponse> {
    return this.#next(async () => {
      const answer: LeaderAndIsrResponse = {
        errorCode: this.#refusal(request),
        partitionErrors: [],
        topics: [],
      };
      if (answer.errorCode !== ErrorCode.NONE) return answer;
      for (const { topicName } of request.topicStates) {
        if (this.#replicas.holdsTopic(topicName) || !mayHaveReplicas(topicName)) continue;
        await this.#readTopicConfig(topicName);
      }
      for (const [index, topicStates] of slices(request.topicStates).entries()) {
        if (index > 0) await this.#nextTurn();
        checkpoint();
        const { errorCode, topics } = await this.#replicas.whenSettled(placesOf(topicStates), () =>
          this.#closed ? GONE : this.#replicas.applyLeaderAndIsr({ ...request, topicStates }),
        );
        if (errorCode !== ErrorCode.NONE) return { ...answer, errorCode };
        for (const { topicId, partitionErrors } of topics) {
          const known = answer.topics.findLast((topic) => topic.topicId === topicId);
          if (known === undefined) answer.topics.push({ topicId, partitionErrors });
          else known.partitionErrors.push(...partitionErrors);
        }
      }
      return answer;
    });
  }

  updateMetadata(request: UpdateMetadataRequest): Promise<UpdateMetadataResponse> {
    return this.#next(async () => {
      const problem = metadataProblem(request);
      const errorCode = problem === ErrorCode.NONE ? this.#refusal(request) : problem;
      if (errorCode === ErrorCode.NONE) this.#metadata.applyUpdateMetadata(request);
      return { errorCode };
    });
  }

  stopReplica(
    request: StopReplicaRequest,
    checkpoint: Checkpoint = () => undefined,
  ): Promise<StopReplicaResponse> {
    return this.#next(async () => {
      const answer: StopReplicaResponse = {
        errorCode: this.#refusal(request),
        partitionErrors: [],
      };
      if (answer.errorCode !== ErrorCode.NONE) return answer;
      for (const [index, topicStates] of slices(request.topicStates).entries()) {
        if (index > 0) await this.#nextTurn();
        checkpoint();
        const { errorCode, partitionErrors } = await this.#replicas.whenSettled(
          placesOf(topicStates),
          () => (this.#closed ? GONE : this.#replicas.stopReplicas({ ...request, topicStates })),
        );
        if (errorCode !== ErrorCode.NONE) return { ...answer, errorCode };
        answer.partitionErrors.push(...partitionErrors);
      }
      return answer;
    });
  }

  /** Nothing is changed from now on; what was under way ends where it is. Idempotent. */
  close(): void {
    this.#closed = true;
  }

  /** NONE; or why a request is meant for an earlier life of this broker, or sent by an earlier controller. */
  staleness({ brokerEpoch, controllerEpoch }: Epochs): number {
    // A higher epoch than ours is of the registration whose answer we have not seen yet.
    if (brokerEpoch !== NO_BROKER_EPOCH && brokerEpoch < this.#brokerEpoch()) {
      return ErrorCode.STALE_BROKER_EPOCH;
    }
    return controllerEpoch < this.controllerEpoch
      ? ErrorCode.STALE_CONTROLLER_EPOCH
      : ErrorCode.NONE;
  }

  /** Of the newest controller that was obeyed. */
  get controllerEpoch(): number {
    return this.#replicas.controllerEpoch;
  }

  #refusal(request: Epochs): number {
    if (this.#closed) return ErrorCode.BROKER_NOT_AVAILABLE;
    const staleness = this.staleness(request);
    if (staleness !== ErrorCode.NONE) return staleness;
    return this.#replicas.acceptController(request.controllerEpoch);
  }

  #next<T>(carryOut: () => Promise<T>): Promise<T> {
    const done = this.#last.then(carryOut);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => this.#timers.nextTurn(resolve));
  }
}

function placesOf(
  topics: readonly {
    readonly topicName: string;
    readonly partitionStates: readonly { readonly partitionIndex: number }[];
  }[],
): { topic: string; partition: number }[] {
  return topics.flatMap(({ topicName, partitionStates }) =>
    partitionStates.map(({ partitionIndex }) => ({ topic: topicName, partition: partitionIndex })),
  );
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
