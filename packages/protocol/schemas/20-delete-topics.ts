/** Deletes topics, by name or (from 6) by id. */
import {
  api,
  array,
  int16,
  int32,
  message,
  string,
  struct,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const deleteTopics: ApiSchema = api(20, 'DeleteTopics', {
  request: message('0-6', '4+', [
    array(
      'topics',
      '6+',
      struct('DeleteTopicState', [
        string('name', '6+', { nullable: true, default: null, entity: 'topicName' }),
        uuid('topicId', '6+'),
      ]),
    ),
    array('topicNames', '0-5', 'string', { ignorable: true, entity: 'topicName' }),
    int32('timeoutMs', '0+'),
  ]),
  response: message('0-6', '4+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    array(
      'responses',
      '0+',
      struct('DeletableTopicResult', [
        string('name', '0+', { nullable: '6+', mapKey: true, entity: 'topicName' }),
        uuid('topicId', '6+', { ignorable: true }),
        int16('errorCode', '0+'),
        string('errorMessage', '5+', { nullable: true, default: null, ignorable: true }),
      ]),
    ),
  ]),
});
