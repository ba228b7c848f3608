/** Creates topics, or only checks whether they could be. */
import {
  api,
  array,
  bool,
  int16,
  int32,
  int8,
  message,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const createTopics: ApiSchema = api(19, 'CreateTopics', {
  request: message('0-7', '5+', [
    array(
      'topics',
      '0+',
      struct('CreatableTopic', [
        string('name', '0+', { mapKey: true, entity: 'topicName' }),
        int32('numPartitions', '0+'),
        int16('replicationFactor', '0+'),
        array(
          'assignments',
          '0+',
          struct('CreatableReplicaAssignment', [
            int32('partitionIndex', '0+', { mapKey: true }),
            array('brokerIds', '0+', 'int32', { entity: 'brokerId' }),
          ]),
        ),
        array(
          'configs',
          '0+',
          struct('CreatableTopicConfig', [
            string('name', '0+', { mapKey: true }),
            string('value', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
    int32('timeoutMs', '0+', { default: 60000 }),
    bool('validateOnly', '1+', { default: false }),
  ]),
  response: message('0-7', '5+', [
    int32('throttleTimeMs', '2+', { ignorable: true }),
    array(
      'topics',
      '0+',
      struct('CreatableTopicResult', [
        string('name', '0+', { mapKey: true, entity: 'topicName' }),
        uuid('topicId', '7+', { ignorable: true }),
        int16('errorCode', '0+'),
        string('errorMessage', '1+', { nullable: true, ignorable: true }),
        int16('topicConfigErrorCode', '5+', { tag: 0, ignorable: true }),
        int32('numPartitions', '5+', { default: -1, ignorable: true }),
        int16('replicationFactor', '5+', { default: -1, ignorable: true }),
        array(
          'configs',
          '5+',
          struct('CreatableTopicConfigs', [
            string('name', '5+'),
            string('value', '5+', { nullable: true }),
            bool('readOnly', '5+'),
            int8('configSource', '5+', { default: -1, ignorable: true }),
            bool('isSensitive', '5+'),
          ]),
          { nullable: true, ignorable: true },
        ),
      ]),
    ),
  ]),
});
