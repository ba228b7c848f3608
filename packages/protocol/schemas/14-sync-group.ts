/** The leader of a classic group hands out the assignment, the others collect theirs. */
import {
  api,
  array,
  bytes,
  int16,
  int32,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const syncGroup: ApiSchema = api(14, 'SyncGroup', {
  request: message('0-5', '4+', [
    string('groupId', '0+', { entity: 'groupId' }),
    int32('generationId', '0+'),
    string('memberId', '0+'),
    string('groupInstanceId', '3+', { nullable: true, default: null }),
    string('protocolType', '5+', { nullable: true, default: null, ignorable: true }),
    string('protocolName', '5+', { nullable: true, default: null, ignorable: true }),
    array(
      'assignments',
      '0+',
      struct('SyncGroupRequestAssignment', [string('memberId', '0+'), bytes('assignment', '0+')]),
    ),
  ]),
  response: message('0-5', '4+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    int16('errorCode', '0+'),
    string('protocolType', '5+', { nullable: true, default: null, ignorable: true }),
    string('protocolName', '5+', { nullable: true, default: null, ignorable: true }),
    bytes('assignment', '0+'),
  ]),
});
