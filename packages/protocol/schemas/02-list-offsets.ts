/** Finds offsets by timestamp, or the special ones: earliest, latest, max timestamp. */
import {
  api,
  array,
  int16,
  int32,
  int64,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const listOffsets: ApiSchema = api(2, 'ListOffsets', {
  request: message('0-11', '6+', [
    int32('replicaId', '0+', { entity: 'brokerId' }),
    int8('isolationLevel', '2+'),
    array(
      'topics',
      '0+',
      struct('ListOffsetsTopic', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('ListOffsetsPartition', [
            int32('partitionIndex', '0+'),
            int32('currentLeaderEpoch', '4+', { default: -1, ignorable: true }),
            int64('timestamp', '0+'),
            int32('maxNumOffsets', '0', { default: 1 }),
          ]),
        ),
      ]),
    ),
    int32('timeoutMs', '10+', { ignorable: true }),
  ]),
  response: message('0-11', '6+', [
    int32('throttleTimeMs', '2+', { ignorable: true }),
    array(
      'topics',
      '0+',
      struct('ListOffsetsTopicResponse', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('ListOffsetsPartitionResponse', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
            array('oldStyleOffsets', '0', 'int64'),
            int64('timestamp', '1+', { default: -1 }),
            int64('offset', '1+', { default: -1 }),
            int32('leaderEpoch', '4+', { default: -1 }),
          ]),
        ),
      ]),
    ),
  ]),
});
