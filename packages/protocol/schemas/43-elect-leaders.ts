/** Triggers leader elections: preferred, or unclean from 1. */
import {
  api,
  array,
  int16,
  int32,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const electLeaders: ApiSchema = api(43, 'ElectLeaders', {
  request: message('0-2', '2+', [
    int8('electionType', '1+'),
    array(
      'topicPartitions',
      '0+',
      struct('TopicPartitions', [
        string('topic', '0+', { mapKey: true, entity: 'topicName' }),
        array('partitions', '0+', 'int32'),
      ]),
      { nullable: true },
    ),
    int32('timeoutMs', '0+', { default: 60000 }),
  ]),
  response: message('0-2', '2+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '1+'),
    array(
      'replicaElectionResults',
      '0+',
      struct('ReplicaElectionResult', [
        string('topic', '0+', { entity: 'topicName' }),
        array(
          'partitionResult',
          '0+',
          struct('PartitionResult', [
            int32('partitionId', '0+'),
            int16('errorCode', '0+'),
            string('errorMessage', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
  ]),
});
