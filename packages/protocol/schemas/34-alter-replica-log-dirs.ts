/** Moves replicas between the log directories of a broker. */
import { api, array, int16, int32, message, string, struct, type ApiSchema } from './notation.ts';

export const alterReplicaLogDirs: ApiSchema = api(34, 'AlterReplicaLogDirs', {
  request: message('0-2', '2+', [
    array(
      'dirs',
      '0+',
      struct('AlterReplicaLogDir', [
        string('path', '0+', { mapKey: true }),
        array(
          'topics',
          '0+',
          struct('AlterReplicaLogDirTopic', [
            string('name', '0+', { mapKey: true, entity: 'topicName' }),
            array('partitions', '0+', 'int32'),
          ]),
        ),
      ]),
    ),
  ]),
  response: message('0-2', '2+', [
    int32('throttleTimeMs', '0+'),
    array(
      'results',
      '0+',
      struct('AlterReplicaLogDirTopicResult', [
        string('topicName', '0+', { entity: 'topicName' }),
        array(
          'partitions',
          '0+',
          struct('AlterReplicaLogDirPartitionResult', [
            int32('partitionIndex', '0+'),
            int16('errorCode', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
});
