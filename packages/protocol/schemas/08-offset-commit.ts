/** Stores the offsets of a group. Member epochs of KIP-848 groups from 9, topic ids from 10. */
import {
  api,
  array,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const offsetCommit: ApiSchema = api(8, 'OffsetCommit', {
  request: message('0-10', '8+', [
    string('groupId', '0+', { entity: 'groupId' }),
    int32('generationIdOrMemberEpoch', '1+', { default: -1, ignorable: true }),
    string('memberId', '1+', { ignorable: true }),
    string('groupInstanceId', '7+', { nullable: true, default: null }),
    int64('retentionTimeMs', '2-4', { default: -1, ignorable: true }),
    array(
      'topics',
      '0+',
      struct('OffsetCommitRequestTopic', [
        string('name', '0-9', { ignorable: true, entity: 'topicName' }),
        uuid('topicId', '10+', { ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('OffsetCommitRequestPartition', [
            int32('partitionIndex', '0+'),
            int64('committedOffset', '0+'),
            int32('committedLeaderEpoch', '6+', { default: -1, ignorable: true }),
            int64('commitTimestamp', '1', { default: -1 }),
            string('committedMetadata', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-10', '8+', [
    int32('throttleTimeMs', '3+', { ignorable: true }),
    array(
      'topics',
      '0+',
      struct('OffsetCommitResponseTopic', [
        string('name', '0-9', { ignorable: true, entity: 'topicName' }),
        uuid('topicId', '10+', { ignorable: true }),
        array(
          'partitions',
          '0+',
          struct('OffsetCommitResponsePartition', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
});
