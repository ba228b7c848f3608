/** Reads record batches from partitions, for consumers and followers. Sessions from 7 (KIP-227), topic ids from 13 (KIP-516). */
import {
  api,
  array,
  int16,
  int32,
  int64,
  int8,
  message,
  object,
  records,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const fetch: ApiSchema = api(1, 'Fetch', {
  request: message('0-18', '12+', [
    string('clusterId', '12+', { nullable: true, tag: 0, default: null, ignorable: true }),
    int32('replicaId', '0-14', { default: -1, entity: 'brokerId' }),
    object(
      'replicaState',
      '15+',
      struct('ReplicaState', [
        int32('replicaId', '15+', { default: -1, entity: 'brokerId' }),
        int64('replicaEpoch', '15+', { default: -1 }),
      ]),
      { tag: 1 },
    ),
    int32('maxWaitMs', '0+'),
    int32('minBytes', '0+'),
    int32('maxBytes', '3+', { default: 2147483647, ignorable: true }),
    int8('isolationLevel', '4+', { default: 0, ignorable: true }),
    int32('sessionId', '7+', { default: 0, ignorable: true }),
    int32('sessionEpoch', '7+', { default: -1, ignorable: true }),
    array(
      'topics',
      '0+',
      struct('FetchTopic', [
        string('topic', '0-12', { ignorable: true, entity: 'topicName' }),
        uuid('topicId', '13+', { ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('FetchPartition', [
            int32('partition', '0+'),
            int32('currentLeaderEpoch', '9+', { default: -1, ignorable: true }),
            int64('fetchOffset', '0+'),
            int32('lastFetchedEpoch', '12+', { default: -1 }),
            int64('logStartOffset', '5+', { default: -1, ignorable: true }),
            int32('partitionMaxBytes', '0+'),
            uuid('replicaDirectoryId', '17+', { tag: 0, ignorable: true }),
            int64('highWatermark', '18+', {
              tag: 1,
              default: Number.MAX_SAFE_INTEGER,
              ignorable: true,
            }),
          ]),
        ),
      ]),
    ),
    array(
      'forgottenTopicsData',
      '7+',
      struct('ForgottenTopic', [
        string('topic', '7-12', { ignorable: true, entity: 'topicName' }),
        uuid('topicId', '13+', { ignorable: true }),
        array('partitions', '7+', 'int32'),
      ]),
    ),
    string('rackId', '11+', { default: '', ignorable: true }),
  ]),
  response: message('0-18', '12+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    int16('errorCode', '7+', { ignorable: true }),
    int32('sessionId', '7+', { default: 0 }),
    array(
      'responses',
      '0+',
      struct('FetchableTopicResponse', [
        string('topic', '0-12', { ignorable: true, entity: 'topicName' }),
        uuid('topicId', '13+', { ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('PartitionData', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
            int64('highWatermark', '0+'),
            int64('lastStableOffset', '4+', { default: -1, ignorable: true }),
            int64('logStartOffset', '5+', { default: -1, ignorable: true }),
            object(
              'divergingEpoch',
              '12+',
              struct('EpochEndOffset', [
                int32('epoch', '12+', { default: -1 }),
                int64('endOffset', '12+', { default: -1 }),
              ]),
              { tag: 0 },
            ),
            object(
              'currentLeader',
              '12+',
              struct('LeaderIdAndEpoch', [
                int32('leaderId', '12+', { default: -1, entity: 'brokerId' }),
                int32('leaderEpoch', '12+', { default: -1 }),
              ]),
              { tag: 1 },
            ),
            object(
              'snapshotId',
              '12+',
              struct('SnapshotId', [
                int64('endOffset', '12+', { default: -1 }),
                int32('epoch', '12+', { default: -1 }),
              ]),
              { tag: 2 },
            ),
            array(
              'abortedTransactions',
              '4+',
              struct('AbortedTransaction', [
                int64('producerId', '4+', { entity: 'producerId' }),
                int64('firstOffset', '4+'),
              ]),
              { nullable: true, ignorable: true },
            ),
            int32('preferredReadReplica', '11+', { default: -1, entity: 'brokerId' }),
            records('records', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
    array(
      'nodeEndpoints',
      '16+',
      struct('NodeEndpoint', [
        int32('nodeId', '16+', { mapKey: true, entity: 'brokerId' }),
        string('host', '16+'),
        int32('port', '16+'),
        string('rack', '16+', { nullable: true, default: null }),
      ]),
      { tag: 0 },
    ),
  ]),
});
