/**
 * From a fetch request to the partitions that it wants: all that it names, or what its session holds after the changes that it names.
 */
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type { FetchRequest } from '@zurau/protocol';
import { FetchPartition } from './fetch-partition.ts';
import type { FetchSession } from './fetch-session.ts';
import { FetchSessionCache, partitionKey } from './fetch-session.ts';

/** First version whose requests name topics by id (KIP-516). */
export const TOPIC_ID_VERSION_MIN = 13;

export interface FetchPlan {
  /** NONE, or why the whole request fails. */
  readonly errorCode: number;
  readonly session: FetchSession | undefined;
  /** True when the answer leaves out partitions of which there is nothing new. */
  readonly isIncremental: boolean;
  readonly partitions: Iterable<FetchPartition>;
}

export class FetchPlanner {
  readonly #sessions: FetchSessionCache;
  readonly #topicNameOf: (topicId: string) => string | undefined;

  constructor(sessions: FetchSessionCache, topicNameOf: (topicId: string) => string | undefined) {
    this.#sessions = sessions;
    this.#topicNameOf = topicNameOf;
  }

  plan(request: FetchRequest, apiVersion: number, isFollowers: boolean): FetchPlan {
    const usesTopicIds = apiVersion >= TOPIC_ID_VERSION_MIN;
    if (FetchSessionCache.isFullRequest(request.sessionEpoch)) {
      const partitions = new Map<string, FetchPartition>();
      this.#addPartitions(partitions, request, usesTopicIds);
      const session = this.#sessions.start(request, usesTopicIds, isFollowers, partitions);
      return {
        errorCode: ErrorCode.NONE,
        session,
        isIncremental: false,
        partitions: partitions.values(),
      };
    }
    const session = this.#sessions.resume(request, usesTopicIds);
    if (typeof session === 'number') {
      return { errorCode: session, session: undefined, isIncremental: false, partitions: [] };
    }
    this.#addPartitions(session.partitions, request, usesTopicIds);
    this.#resolveNames(session);
    // What is wanted and forgotten at once is forgotten.
    for (const { topic, topicId, partitions } of request.forgottenTopicsData) {
      for (const partition of partitions) {
        session.partitions.delete(partitionKey(usesTopicIds ? topicId : topic, partition));
      }
    }
    return {
      errorCode: ErrorCode.NONE,
      session,
      isIncremental: true,
      partitions: session.partitions.values(),
    };
  }

  /** A topic that was not known when the session began may be by now: who fetches it does not name it again. */
  #resolveNames(session: FetchSession): void {
    for (const partition of session.partitions.values()) {
      if (partition.topic === '') partition.topic = this.#topicNameOf(partition.topicId) ?? '';
    }
  }

  #addPartitions(
    into: Map<string, FetchPartition>,
    request: FetchRequest,
    usesTopicIds: boolean,
  ): void {
    for (const topic of request.topics) {
      for (const wanted of topic.partitions) {
        const key = partitionKey(usesTopicIds ? topic.topicId : topic.topic, wanted.partition);
        const known = into.get(key);
        if (known !== undefined && known.topic !== '') {
          known.update(wanted);
          continue;
        }
        const name = usesTopicIds ? (this.#topicNameOf(topic.topicId) ?? '') : topic.topic;
        const topicId = usesTopicIds ? topic.topicId : ZERO_UUID;
        into.set(key, new FetchPartition(name, topicId, wanted));
      }
    }
  }
}
