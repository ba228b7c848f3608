/** State of the KRaft quorum; asked by admin clients of KRaft clusters. */
import {
  api,
  array,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  uint16,
  uuid,
  type ApiSchema,
} from './notation.ts';

const replicaState = struct('ReplicaState', [
  int32('replicaId', '0+', { entity: 'brokerId' }),
  uuid('replicaDirectoryId', '2+'),
  int64('logEndOffset', '0+'),
  int64('lastFetchTimestamp', '1+', { default: -1, ignorable: true }),
  int64('lastCaughtUpTimestamp', '1+', { default: -1, ignorable: true }),
]);

export const describeQuorum: ApiSchema = api(55, 'DescribeQuorum', {
  request: message('0-2', '0+', [
    array(
      'topics',
      '0+',
      struct('TopicData', [
        string('topicName', '0+', { entity: 'topicName' }),
        array('partitions', '0+', struct('PartitionData', [int32('partitionIndex', '0+')])),
      ]),
    ),
  ]),
  response: message('0-2', '0+', [
    int16('errorCode', '0+'),
    string('errorMessage', '2+', { nullable: true, ignorable: true }),
    array(
      'topics',
      '0+',
      struct('TopicData', [
        string('topicName', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('PartitionData', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
            string('errorMessage', '2+', { nullable: true, ignorable: true }),
            int32('leaderId', '0+', { entity: 'brokerId' }),
            int32('leaderEpoch', '0+'),
            int64('highWatermark', '0+'),
            array('currentVoters', '0+', replicaState),
            array('observers', '0+', replicaState),
          ]),
        ),
      ]),
    ),
    array(
      'nodes',
      '2+',
      struct('Node', [
        int32('nodeId', '2+', { mapKey: true, entity: 'brokerId' }),
        array(
          'listeners',
          '2+',
          struct('Listener', [
            string('name', '2+', { mapKey: true }),
            string('host', '2+'),
            uint16('port', '2+'),
          ]),
        ),
      ]),
    ),
  ]),
});
