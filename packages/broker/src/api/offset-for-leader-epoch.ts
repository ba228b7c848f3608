/**
 * OffsetForLeaderEpoch (key 23): where an epoch ends in the leader's log, so that clients and followers notice a truncation (KIP-101, KIP-320).
 */
import { ErrorCode, offsetForLeaderEpochApi } from '@zurau/protocol';
import type { PartitionFinder } from '../replica/local-partition.ts';
import type { ApiHandler } from './handler.ts';
import { COSTLY_IN_FLIGHT_MAX, defineHandler } from './handler.ts';

export function offsetForLeaderEpochHandler({
  finder,
}: {
  readonly finder: PartitionFinder;
}): ApiHandler {
  return defineHandler(
    offsetForLeaderEpochApi,
    { min: 2, max: 4, overlap: 'pipelined', inFlightMax: COSTLY_IN_FLIGHT_MAX },
    (request) => ({
      topics: request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition: index, currentLeaderEpoch, leaderEpoch }) => {
          const partition = finder.leader(topic, index, currentLeaderEpoch);
          if (typeof partition === 'number') {
            return { errorCode: partition, partition: index, leaderEpoch: -1, endOffset: -1 };
          }
          const end = partition.endOfEpoch(leaderEpoch);
          return {
            errorCode: ErrorCode.NONE,
            partition: index,
            leaderEpoch: end.epoch,
            endOffset: end.endOffset,
          };
        }),
      })),
    }),
  );
}
