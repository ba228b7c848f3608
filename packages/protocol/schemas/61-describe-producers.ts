/** Idempotent and transactional producers known to a partition (KIP-664). */
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

export const describeProducers: ApiSchema = api(61, 'DescribeProducers', {
  request: message('0', '0+', [
    array(
      'topics',
      '0+',
      struct('TopicRequest', [
        string('name', '0+', { entity: 'topicName' }),
        array('partitionIndexes', '0+', 'int32'),
      ]),
    ),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    array(
      'topics',
      '0+',
      struct('TopicResponse', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('PartitionResponse', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
            string('errorMessage', '0+', { nullable: true, default: null }),
            array(
              'activeProducers',
              '0+',
              struct('ProducerState', [
                int64('producerId', '0+', { entity: 'producerId' }),
                int32('producerEpoch', '0+'),
                int32('lastSequence', '0+', { default: -1 }),
                int64('lastTimestamp', '0+', { default: -1 }),
                int32('coordinatorEpoch', '0+'),
                int64('currentTxnStartOffset', '0+', { default: -1 }),
              ]),
            ),
          ]),
        ),
      ]),
    ),
  ]),
});
