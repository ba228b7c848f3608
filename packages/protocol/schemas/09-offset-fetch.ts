/** Reads the offsets of a group; of many groups at once from 8. */
import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const offsetFetch: ApiSchema = api(9, 'OffsetFetch', {
  request: message('0-10', '6+', [
    string('groupId', '0-7', { entity: 'groupId' }),
    array(
      'topics',
      '0-7',
      struct('OffsetFetchRequestTopic', [
        string('name', '0-7', { entity: 'topicName' }),
        array('partitionIndexes', '0-7', 'int32'),
      ]),
      { nullable: '2-7' },
    ),
    array(
      'groups',
      '8+',
      struct('OffsetFetchRequestGroup', [
        string('groupId', '8+', { entity: 'groupId' }),
        string('memberId', '9+', { nullable: true, default: null, ignorable: true }),
        int32('memberEpoch', '9+', { default: -1, ignorable: true }),
        array(
          'topics',
          '8+',
          struct('OffsetFetchRequestTopics', [
            string('name', '8-9', { ignorable: true, entity: 'topicName' }),
            uuid('topicId', '10+', { ignorable: true }),
            array('partitionIndexes', '8+', 'int32'),
          ]),
          { nullable: true },
        ),
      ]),
    ),
    bool('requireStable', '7+', { default: false }),
  ]),
  response: message('0-10', '6+', [
    int32('throttleTimeMs', '3+', { ignorable: true }),
    array(
      'topics',
      '0-7',
      struct('OffsetFetchResponseTopic', [
        string('name', '0-7', { entity: 'topicName' }),
        array(
          'partitions',
          '0-7',
          struct('OffsetFetchResponsePartition', [
            int32('partitionIndex', '0-7'),
            int64('committedOffset', '0-7'),
            int32('committedLeaderEpoch', '5-7', { default: -1, ignorable: true }),
            string('metadata', '0-7', { nullable: true }),
            int16('errorCode', '0-7'),
          ]),
        ),
      ]),
    ),
    int16('errorCode', '2-7', { default: 0, ignorable: true }),
    array(
      'groups',
      '8+',
      struct('OffsetFetchResponseGroup', [
        string('groupId', '8+', { entity: 'groupId' }),
        array(
          'topics',
          '8+',
          struct('OffsetFetchResponseTopics', [
            string('name', '8-9', { ignorable: true, entity: 'topicName' }),
            uuid('topicId', '10+', { ignorable: true }),
            array(
              'partitions',
              '8+',
              struct('OffsetFetchResponsePartitions', [
                int32('partitionIndex', '8+'),
                int64('committedOffset', '8+'),
                int32('committedLeaderEpoch', '8+', { default: -1, ignorable: true }),
                string('metadata', '8+', { nullable: true }),
                int16('errorCode', '8+'),
              ]),
            ),
          ]),
        ),
        int16('errorCode', '8+', { default: 0 }),
      ]),
    ),
  ]),
});
