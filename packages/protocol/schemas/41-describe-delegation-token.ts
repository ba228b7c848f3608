/** Lists delegation tokens. */
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

export const describeDelegationToken: ApiSchema = api(41, 'DescribeDelegationToken', {
  request: message('0-3', '2+', [
    array(
      'owners',
      '0+',
      struct('DescribeDelegationTokenOwner', [
        string('principalType', '0+'),
        string('principalName', '0+'),
      ]),
      { nullable: true },
    ),
  ]),
  response: message('0-3', '2+', [
    int16('errorCode', '0+'),
    array(
      'tokens',
      '0+',
      struct('DescribedDelegationToken', [
        string('principalType', '0+'),
        string('principalName', '0+'),
        string('tokenRequesterPrincipalType', '3+'),
        string('tokenRequesterPrincipalName', '3+'),
        int64('issueTimestamp', '0+'),
        int64('expiryTimestamp', '0+'),
        int64('maxTimestamp', '0+'),
        string('tokenId', '0+'),
        bytes('hmac', '0+'),
        array(
          'renewers',
          '0+',
          struct('DescribedDelegationTokenRenewer', [
            string('principalType', '0+'),
            string('principalName', '0+'),
          ]),
        ),
      ]),
    ),
    int32('throttleTimeMs', '0+'),
  ]),
});
