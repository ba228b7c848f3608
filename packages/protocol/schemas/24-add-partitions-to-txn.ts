/** Makes partitions part of a transaction; from 4 batched, for brokers (KIP-890). */
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
  type ApiSchema,
} from './notation.ts';

const addPartitionsToTxnTopic = struct('AddPartitionsToTxnTopic', [
  string('name', '0+', { mapKey: true, entity: 'topicName' }),
  array('partitions', '0+', 'int32'),
]);

const addPartitionsToTxnPartitionResult = struct('AddPartitionsToTxnPartitionResult', [
  int32('partitionIndex', '0+', { mapKey: true }),
  int16('partitionErrorCode', '0+'),
]);

const addPartitionsToTxnTopicResult = struct('AddPartitionsToTxnTopicResult', [
  string('name', '0+', { mapKey: true, entity: 'topicName' }),
  array('resultsByPartition', '0+', addPartitionsToTxnPartitionResult),
]);

export const addPartitionsToTxn: ApiSchema = api(24, 'AddPartitionsToTxn', {
  request: message('0-5', '3+', [
    array(
      'transactions',
      '4+',
      struct('AddPartitionsToTxnTransaction', [
        string('transactionalId', '4+', { mapKey: true, entity: 'transactionalId' }),
        int64('producerId', '4+', { entity: 'producerId' }),
        int16('producerEpoch', '4+'),
        bool('verifyOnly', '4+', { default: false }),
        array('topics', '4+', addPartitionsToTxnTopic),
      ]),
    ),
    string('v3AndBelowTransactionalId', '0-3', { entity: 'transactionalId' }),
    int64('v3AndBelowProducerId', '0-3', { entity: 'producerId' }),
    int16('v3AndBelowProducerEpoch', '0-3'),
    array('v3AndBelowTopics', '0-3', addPartitionsToTxnTopic),
  ]),
  response: message('0-5', '3+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '4+', { ignorable: true }),
    array(
      'resultsByTransaction',
      '4+',
      struct('AddPartitionsToTxnResult', [
        string('transactionalId', '4+', { mapKey: true, entity: 'transactionalId' }),
        array('topicResults', '4+', addPartitionsToTxnTopicResult),
      ]),
    ),
    array('resultsByTopicV3AndBelow', '0-3', addPartitionsToTxnTopicResult),
  ]),
});
