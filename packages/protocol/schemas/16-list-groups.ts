/** All groups that a broker coordinates. */
import { api, array, int16, int32, message, string, struct, type ApiSchema } from './notation.ts';

export const listGroups: ApiSchema = api(16, 'ListGroups', {
  request: message('0-5', '3+', [
    array('statesFilter', '4+', 'string'),
    array('typesFilter', '5+', 'string'),
  ]),
  response: message('0-5', '3+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    int16('errorCode', '0+'),
    array(
      'groups',
      '0+',
      struct('ListedGroup', [
        string('groupId', '0+', { entity: 'groupId' }),
        string('protocolType', '0+'),
        string('groupState', '4+', { ignorable: true }),
        string('groupType', '5+', { ignorable: true }),
      ]),
    ),
  ]),
});
