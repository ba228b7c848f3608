/** Members leave a classic group; many at once from 3. */
import { api, array, int16, int32, message, string, struct, type ApiSchema } from './notation.ts';

export const leaveGroup: ApiSchema = api(13, 'LeaveGroup', {
  request: message('0-5', '4+', [
    string('groupId', '0+', { entity: 'groupId' }),
    string('memberId', '0-2'),
    array(
      'members',
      '3+',
      struct('MemberIdentity', [
        string('memberId', '3+'),
        string('groupInstanceId', '3+', { nullable: true, default: null }),
        string('reason', '5+', { nullable: true, default: null, ignorable: true }),
      ]),
    ),
  ]),
  response: message('0-5', '4+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    int16('errorCode', '0+'),
    array(
      'members',
      '3+',
      struct('MemberResponse', [
        string('memberId', '3+'),
        string('groupInstanceId', '3+', { nullable: true }),
        int16('errorCode', '3+'),
      ]),
    ),
  ]),
});
