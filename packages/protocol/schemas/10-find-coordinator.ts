/** Which broker coordinates a group, a transactional id or a share group; many keys at once from 4. */
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

export const findCoordinator: ApiSchema = api(10, 'FindCoordinator', {
  request: message('0-6', '3+', [
    string('key', '0-3'),
    int8('keyType', '1+', { default: 0 }),
    array('coordinatorKeys', '4+', 'string'),
  ]),
  response: message('0-6', '3+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    int16('errorCode', '0-3'),
    string('errorMessage', '1-3', { nullable: true, ignorable: true }),
    int32('nodeId', '0-3', { entity: 'brokerId' }),
    string('host', '0-3'),
    int32('port', '0-3'),
    array(
      'coordinators',
      '4+',
      struct('Coordinator', [
        string('key', '4+'),
        int32('nodeId', '4+', { entity: 'brokerId' }),
        string('host', '4+'),
        int32('port', '4+'),
        int16('errorCode', '4+'),
        string('errorMessage', '4+', { nullable: true, ignorable: true }),
      ]),
    ),
  ]),
});
