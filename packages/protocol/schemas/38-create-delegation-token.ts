/** Creates a delegation token (KIP-48). */
import {
  api,
  array,
  bytes,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const createDelegationToken: ApiSchema = api(38, 'CreateDelegationToken', {
  request: message('0-3', '2+', [
    string('ownerPrincipalType', '3+', { nullable: true }),
    string('ownerPrincipalName', '3+', { nullable: true }),
    array(
      'renewers',
      '0+',
      struct('CreatableRenewers', [string('principalType', '0+'), string('principalName', '0+')]),
    ),
    int64('maxLifetimeMs', '0+'),
  ]),
  response: message('0-3', '2+', [
    int16('errorCode', '0+'),
    string('principalType', '0+'),
    string('principalName', '0+'),
    string('tokenRequesterPrincipalType', '3+'),
    string('tokenRequesterPrincipalName', '3+'),
    int64('issueTimestampMs', '0+'),
    int64('expiryTimestampMs', '0+'),
    int64('maxTimestampMs', '0+'),
    string('tokenId', '0+'),
    bytes('hmac', '0+'),
    int32('throttleTimeMs', '0+'),
  ]),
});
