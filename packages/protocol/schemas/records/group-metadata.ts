/** __consumer_offsets: a classic group (key version 2). */
import {
  array,
  bytes,
  data,
  int32,
  int64,
  message,
  string,
  struct,
  type DataSchema,
} from '../notation.ts';

export const groupMetadataKey: DataSchema = data(
  'GroupMetadataKey',
  message('2', 'none', [string('group', '2+')]),
);

export const groupMetadataValue: DataSchema = data(
  'GroupMetadataValue',
  message('0-4', '4+', [
    string('protocolType', '0+'),
    int32('generation', '0+'),
    string('protocol', '0+', { nullable: true }),
    string('leader', '0+', { nullable: true }),
    int64('currentStateTimestamp', '2+', { default: -1, ignorable: true }),
    array(
      'members',
      '0+',
      struct('MemberMetadata', [
        string('memberId', '0+'),
        string('groupInstanceId', '3+', { nullable: true, default: null, ignorable: true }),
        string('clientId', '0+'),
        string('clientHost', '0+'),
        int32('rebalanceTimeout', '1+', { default: -1, ignorable: true }),
        int32('sessionTimeout', '0+'),
        bytes('subscription', '0+'),
        bytes('assignment', '0+'),
      ]),
    ),
  ]),
);
