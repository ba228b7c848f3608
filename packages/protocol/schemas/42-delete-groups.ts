/** Deletes empty groups with their offsets. */
import { api, array, int16, int32, message, string, struct, type ApiSchema } from './notation.ts';

export const deleteGroups: ApiSchema = api(42, 'DeleteGroups', {
  request: message('0-2', '2+', [array('groupsNames', '0+', 'string', { entity: 'groupId' })]),
  response: message('0-2', '2+', [
    int32('throttleTimeMs', '0+'),
    array(
      'results',
      '0+',
      struct('DeletableGroupResult', [
        string('groupId', '0+', { mapKey: true, entity: 'groupId' }),
        int16('errorCode', '0+'),
      ]),
    ),
  ]),
});
