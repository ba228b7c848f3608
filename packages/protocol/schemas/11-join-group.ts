/** A member enters a classic group, and learns generation, leader and (the leader) all members. */
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

export const joinGroup: ApiSchema = api(11, 'JoinGroup', {
  request: message('0-9', '6+', [
    string('groupId', '0+', { entity: 'groupId' }),
    int32('sessionTimeoutMs', '0+'),
    int32('rebalanceTimeoutMs', '1+', { default: -1, ignorable: true }),
    string('memberId', '0+'),
    string('groupInstanceId', '5+', { nullable: true, default: null }),
    string('protocolType', '0+'),
    array(
      'protocols',
      '0+',
      struct('JoinGroupRequestProtocol', [
        string('name', '0+', { mapKey: true }),
        bytes('metadata', '0+'),
      ]),
    ),
    string('reason', '8+', { nullable: true, default: null, ignorable: true }),
  ]),
  response: message('0-9', '6+', [
    int32('throttleTimeMs', '2+', { ignorable: true }),
    int16('errorCode', '0+'),
    int32('generationId', '0+', { default: -1 }),
    string('protocolType', '7+', { nullable: true, default: null, ignorable: true }),
    string('protocolName', '0+', { nullable: '7+' }),
    string('leader', '0+'),
    bool('skipAssignment', '9+', { default: false }),
    string('memberId', '0+'),
    array(
      'members',
      '0+',
      struct('JoinGroupResponseMember', [
        string('memberId', '0+'),
        string('groupInstanceId', '5+', { nullable: true, default: null, ignorable: true }),
        bytes('metadata', '0+'),
      ]),
    ),
  ]),
});
