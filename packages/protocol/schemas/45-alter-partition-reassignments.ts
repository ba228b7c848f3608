/** Moves partitions to other replicas, or cancels that (KIP-455). */
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

export const alterPartitionReassignments: ApiSchema = api(45, 'AlterPartitionReassignments', {
  request: message('0-1', '0+', [
    int32('timeoutMs', '0+', { default: 60000 }),
    bool('allowReplicationFactorChange', '1+', { default: true }),
    array(
      'topics',
      '0+',
      struct('ReassignableTopic', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('ReassignablePartition', [
            int32('partitionIndex', '0+'),
            array('replicas', '0+', 'int32', { nullable: true, default: null, entity: 'brokerId' }),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-1', '0+', [
    int32('throttleTimeMs', '0+'),
    bool('allowReplicationFactorChange', '1+', { default: true, ignorable: true }),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
    array(
      'responses',
      '0+',
      struct('ReassignableTopicResponse', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('ReassignablePartitionResponse', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
            string('errorMessage', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
  ]),
});
