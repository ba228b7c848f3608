/**
 * FindCoordinator (key 10): which broker coordinates a group or a transactional id.
 *
 * It is the leader of the partition that the key hashes to. The internal topic is created when it is first asked for; until its leader is
 * known, the answer is COORDINATOR_NOT_AVAILABLE and clients come back.
 */
import { ErrorCode, errorMessage, errorName, findCoordinatorApi } from '@zurau/protocol';
import { coordinatorPartition } from '../coordinator/coordinator-partition.ts';
import { OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../metadata/internal-topics.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** Several keys in one request (KIP-699). */
const BATCHED_VERSION_MIN = 4;
/** Coordinators of share groups (KIP-932), which this broker does not have. */
const SHARE_VERSION_MIN = 6;

const GROUP = 0;
const TRANSACTION = 1;
const SHARE = 2;

export interface FindCoordinatorDependencies {
  readonly metadata: MetadataCache;
  /** Has `__consumer_offsets` or `__transaction_state` created, unless that is under way. Does not wait. */
  readonly createInternalTopic: (name: string) => void;
}

interface Found {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export function findCoordinatorHandler(dependencies: FindCoordinatorDependencies): ApiHandler {
  return defineHandler(findCoordinatorApi, { min: 0, max: 6 }, (request, context) => {
    const find = (key: string): Found =>
      findCoordinator(dependencies, request.keyType, key, context.listenerName, context.apiVersion);
    if (context.apiVersion < BATCHED_VERSION_MIN) return find(request.key);
    // With several keys only a request that makes no sense gets a text, as in Kafka.
    const hasText = ({ errorCode }: Found): boolean => errorCode === ErrorCode.INVALID_REQUEST;
    return {
      coordinators: request.coordinatorKeys.map((key) => {
        const found = find(key);
        return { key, ...found, errorMessage: hasText(found) ? found.errorMessage : '' };
      }),
    };
  });
}

function findCoordinator(
  { metadata, createInternalTopic }: FindCoordinatorDependencies,
  keyType: number,
  key: string,
  listenerName: string,
  apiVersion: number,
): Found {
  const topicName = topicOf(keyType);
  if (topicName === undefined) {
    const isKnown = keyType === SHARE && apiVersion >= SHARE_VERSION_MIN;
    return refused(isKnown ? ErrorCode.COORDINATOR_NOT_AVAILABLE : ErrorCode.INVALID_REQUEST);
  }
  const topic = metadata.topic(topicName);
  if (topic === undefined) {
    createInternalTopic(topicName);
    return refused(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }
  const leader = topic.partitions.get(coordinatorPartition(key, topic.partitions.size))?.leader;
  const broker = leader === undefined ? undefined : metadata.broker(leader);
  const endpoint = broker?.endpoints.get(listenerName);
  if (broker === undefined || endpoint === undefined) {
    return refused(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }
  return {
    errorCode: ErrorCode.NONE,
    // Clients take this text, or none, for success.
    errorMessage: errorName(ErrorCode.NONE),
    nodeId: broker.id,
    host: endpoint.host,
    port: endpoint.port,
  };
}

function topicOf(keyType: number): string | undefined {
  switch (keyType) {
    case GROUP:
      return OFFSETS_TOPIC;
    case TRANSACTION:
      return TRANSACTION_STATE_TOPIC;
    default:
      return undefined;
  }
}

function refused(errorCode: number): Found {
  return { errorCode, errorMessage: errorMessage(errorCode), nodeId: -1, host: '', port: -1 };
}
