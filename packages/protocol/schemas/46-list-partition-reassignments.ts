/** Partitions that are being moved. */
import { api, array, int16, int32, message, string, struct, type ApiSchema } from './notation.ts';

export const listPartitionReassignments: ApiSchema = api(46, 'ListPartitionReassignments', {
  request: message('0', '0+', [
    int32('timeoutMs', '0+', { default: 60000 }),
    array(
      'topics',
      '0+',
      struct('ListPartitionReassignmentsTopics', [
        string('name', '0+', { entity: 'topicName' }),
        array('partitionIndexes', '0+', 'int32'),
      ]),
      { nullable: true, default: null },
    ),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
    array(
      'topics',
      '0+',
      struct('OngoingTopicReassignment', [
        string('name', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('OngoingPartitionReassignment', [
            int32('partitionIndex', '0+'),
            array('replicas', '0+', 'int32', { entity: 'brokerId' }),
            array('addingReplicas', '0+', 'int32', { entity: 'brokerId' }),
            array('removingReplicas', '0+', 'int32', { entity: 'brokerId' }),
          ]),
        ),
      ]),
    ),
  ]),
});
