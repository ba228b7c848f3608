/** State of transactions (KIP-664). */
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

export const describeTransactions: ApiSchema = api(65, 'DescribeTransactions', {
  request: message('0', '0+', [
    array('transactionalIds', '0+', 'string', { entity: 'transactionalId' }),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    array(
      'transactionStates',
      '0+',
      struct('TransactionState', [
        int16('errorCode', '0+'),
        string('transactionalId', '0+', { entity: 'transactionalId' }),
        string('transactionState', '0+'),
        int32('transactionTimeoutMs', '0+'),
        int64('transactionStartTimeMs', '0+'),
        int64('producerId', '0+', { entity: 'producerId' }),
        int16('producerEpoch', '0+'),
        array(
          'topics',
          '0+',
          struct('TopicData', [
            string('topic', '0+', { mapKey: true, entity: 'topicName' }),
            array('partitions', '0+', 'int32'),
          ]),
        ),
      ]),
    ),
  ]),
});
