/** Extends the life of a delegation token. */
import { api, bytes, int16, int32, int64, message, type ApiSchema } from './notation.ts';

export const renewDelegationToken: ApiSchema = api(39, 'RenewDelegationToken', {
  request: message('0-2', '2+', [bytes('hmac', '0+'), int64('renewPeriodMs', '0+')]),
  response: message('0-2', '2+', [
    int16('errorCode', '0+'),
    int64('expiryTimestampMs', '0+'),
    int32('throttleTimeMs', '0+'),
  ]),
});
