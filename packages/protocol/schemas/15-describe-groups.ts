/** State and members of classic groups. */
import {
  api,
  array,
  bool,
  bytes,
  int16,
  int32,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const describeGroups: ApiSchema = api(15, 'DescribeGroups', {
  request: message('0-6', '5+', [
    array('groups', '0+', 'string', { entity: 'groupId' }),
    bool('includeAuthorizedOperations', '3+'),
  ]),
  response: message('0-6', '5+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    array(
      'groups',
      '0+',
      struct('DescribedGroup', [
        int16('errorCode', '0+'),
        string('errorMessage', '6+', { nullable: true, default: null }),
        string('groupId', '0+', { entity: 'groupId' }),
        string('groupState', '0+'),
        string('protocolType', '0+'),
        string('protocolData', '0+'),
        array(
          'members',
          '0+',
          struct('DescribedGroupMember', [
            string('memberId', '0+'),
            string('groupInstanceId', '4+', { nullable: true, default: null, ignorable: true }),
            string('clientId', '0+'),
            string('clientHost', '0+'),
            bytes('memberMetadata', '0+'),
            bytes('memberAssignment', '0+'),
          ]),
        ),
        int32('authorizedOperations', '3+', { default: -2147483648 }),
      ]),
    ),
  ]),
});
