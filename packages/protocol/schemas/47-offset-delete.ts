/** Deletes offsets of a group for single partitions. Never flexible. */
import { api, array, int16, int32, message, string, struct, type ApiSchema } from './notation.ts';

export const offsetDelete: ApiSchema = api(47, 'OffsetDelete', {
  request: message('0', 'none', [
    string('groupId', '0+', { entity: 'groupId' }),
    array(
      'topics',
      '0+',
      struct('OffsetDeleteRequestTopic', [
        string('name', '0+', { mapKey: true, entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('OffsetDeleteRequestPartition', [int32('partitionIndex', '0+')]),
        ),
      ]),
    ),
  ]),
  response: message('0', 'none', [
    int16('errorCode', '0+'),
    int32('throttleTimeMs', '0+', { ignorable: true }),
    array(
      'topics',
      '0+',
      struct('OffsetDeleteResponseTopic', [
        string('name', '0+', { mapKey: true, entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('OffsetDeleteResponsePartition', [
            int32('partitionIndex', '0+', { mapKey: true }),
            int16('errorCode', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
});
