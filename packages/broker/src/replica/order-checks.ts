/**
 * What no controller would order: names that no topic may have, negative ids and epochs, replicas named twice. Pure.
 *
 * Orders come by the network, and what they name becomes directories, memory and answers to clients. Whatever passes here can be carried out, true or not.
 */
import { ErrorCode } from '@zurau/protocol';
import type {
  LeaderAndIsrRequestLeaderAndIsrPartitionState,
  UpdateMetadataRequest,
} from '@zurau/protocol';
import { LEADER_DURING_DELETE, NO_LEADER } from '../metadata/metadata-cache.ts';
import { METADATA_TOPIC, topicNameProblem } from '../metadata/topic-names.ts';

const PORT_MAX = 65_535;

/** Whether a topic of this name may have replicas here. The embedded metadata lies where those of {@link METADATA_TOPIC} would. */
export function mayHaveReplicas(topic: string): boolean {
  return topicNameProblem(topic) === undefined && topic !== METADATA_TOPIC;
}

/** NONE, or what to answer for a partition of a LeaderAndIsr that cannot be meant. */
export function leadershipProblem(
  topic: string,
  state: LeaderAndIsrRequestLeaderAndIsrPartitionState,
): number {
  if (!mayHaveReplicas(topic)) return ErrorCode.INVALID_TOPIC_EXCEPTION;
  const { partitionIndex, leader, leaderEpoch, partitionEpoch } = state;
  if (partitionIndex < 0 || leader < NO_LEADER || leaderEpoch < 0 || partitionEpoch < 0) {
    return ErrorCode.INVALID_REQUEST;
  }
  const { replicas, isr, addingReplicas, removingReplicas } = state;
  const lists = [replicas, isr, addingReplicas, removingReplicas];
  return lists.every(areBrokers) ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST;
}

/** NONE, or what to answer to an UpdateMetadata of which nothing is believed. */
export function metadataProblem({ liveBrokers, topicStates }: UpdateMetadataRequest): number {
  for (const { id, endpoints } of liveBrokers) {
    const areReachable = endpoints.every(
      ({ host, port }) => host !== '' && port >= 0 && port <= PORT_MAX,
    );
    if (id < 0 || !areReachable) return ErrorCode.INVALID_REQUEST;
  }
  for (const { topicName, partitionStates } of topicStates) {
    if (topicNameProblem(topicName) !== undefined) return ErrorCode.INVALID_TOPIC_EXCEPTION;
    for (const { partitionIndex, leader, replicas, isr, offlineReplicas } of partitionStates) {
      const areKnown = [replicas, isr, offlineReplicas].every(areBrokers);
      if (partitionIndex < 0 || leader < LEADER_DURING_DELETE || !areKnown) {
        return ErrorCode.INVALID_REQUEST;
      }
    }
  }
  return ErrorCode.NONE;
}

function areBrokers(ids: readonly number[]): boolean {
  return ids.every((id) => id >= 0) && (ids.length < 2 || new Set(ids).size === ids.length);
}
