/** Moves the log start offset of partitions forward. */
import {
  api,
  array,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const deleteRecords: ApiSchema = api(21, 'DeleteRecords', {
  request: message('0-2', '2+', [
    array(
      'topics',
      '0+',
      struct('DeleteRecordsTopic', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('DeleteRecordsPartition', [int32('partitionIndex', '0+'), int64('offset', '0+')]),
        ),
      ]),
    ),
    int32('timeoutMs', '0+'),
  ]),
  response: message('0-2', '2+', [
    int32('throttleTimeMs', '0+'),
    array(
      'topics',
      '0+',
      struct('DeleteRecordsTopicResult', [
        string('name', '0+', { mapKey: true, entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('DeleteRecordsPartitionResult', [
            int32('partitionIndex', '0+', { mapKey: true }),
            int64('lowWatermark', '0+'),
            int16('errorCode', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
});
