/** Adds partitions to topics. */
import {
  api,
  array,
  bool,
  int16,
  int32,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const createPartitions: ApiSchema = api(37, 'CreatePartitions', {
  request: message('0-3', '2+', [
    array(
      'topics',
      '0+',
      struct('CreatePartitionsTopic', [
        string('name', '0+', { mapKey: true, entity: 'topicName' }),
        int32('count', '0+'),
        array(
          'assignments',
          '0+',
          struct('CreatePartitionsAssignment', [
            array('brokerIds', '0+', 'int32', { entity: 'brokerId' }),
          ]),
          { nullable: true },
        ),
      ]),
    ),
    int32('timeoutMs', '0+'),
    bool('validateOnly', '0+'),
  ]),
  response: message('0-3', '2+', [
    int32('throttleTimeMs', '0+'),
    array(
      'results',
      '0+',
      struct('CreatePartitionsTopicResult', [
        string('name', '0+', { entity: 'topicName' }),
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true, default: null }),
      ]),
    ),
  ]),
});
