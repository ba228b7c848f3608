/** Appends record batches to partitions. 0-2 carry the old message formats; topic ids from 13 (KIP-516). */
import {
  api,
  array,
  int16,
  int32,
  int64,
  message,
  object,
  records,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const produce: ApiSchema = api(0, 'Produce', {
  request: message('0-13', '9+', [
    string('transactionalId', '3+', { nullable: true, default: null, entity: 'transactionalId' }),
    int16('acks', '0+'),
    int32('timeoutMs', '0+'),
    array(
      'topicData',
      '0+',
      struct('TopicProduceData', [
        string('name', '0-12', { ignorable: true, mapKey: true, entity: 'topicName' }),
        uuid('topicId', '13+', { ignorable: true, mapKey: true }),
        array(
          'partitionData',
          '0+',
          struct('PartitionProduceData', [
            int32('index', '0+'),
            records('records', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-13', '9+', [
    array(
      'responses',
      '0+',
      struct('TopicProduceResponse', [
        string('name', '0-12', { ignorable: true, mapKey: true, entity: 'topicName' }),
        uuid('topicId', '13+', { ignorable: true, mapKey: true }),
        array(
          'partitionResponses',
          '0+',
          struct('PartitionProduceResponse', [
            int32('index', '0+'),
            int16('errorCode', '0+'),
            int64('baseOffset', '0+'),
            int64('logAppendTimeMs', '2+', { default: -1, ignorable: true }),
            int64('logStartOffset', '5+', { default: -1, ignorable: true }),
            array(
              'recordErrors',
              '8+',
              struct('BatchIndexAndErrorMessage', [
                int32('batchIndex', '8+'),
                string('batchIndexErrorMessage', '8+', { nullable: true, default: null }),
              ]),
              { ignorable: true },
            ),
            string('errorMessage', '8+', { nullable: true, default: null, ignorable: true }),
            object(
              'currentLeader',
              '10+',
              struct('LeaderIdAndEpoch', [
                int32('leaderId', '10+', { default: -1, entity: 'brokerId' }),
                int32('leaderEpoch', '10+', { default: -1 }),
              ]),
              { tag: 0 },
            ),
          ]),
        ),
      ]),
    ),
    int32('throttleTimeMs', '1+', { default: 0, ignorable: true }),
    array(
      'nodeEndpoints',
      '10+',
      struct('NodeEndpoint', [
        int32('nodeId', '10+', { mapKey: true, entity: 'brokerId' }),
        string('host', '10+'),
        int32('port', '10+'),
        string('rack', '10+', { nullable: true, default: null }),
      ]),
      { tag: 0 },
    ),
  ]),
});
