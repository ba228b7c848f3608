/** Removes a broker from a KRaft cluster; sent by admin clients. */
import { api, int16, int32, message, string, type ApiSchema } from './notation.ts';

export const unregisterBroker: ApiSchema = api(64, 'UnregisterBroker', {
  request: message('0', '0+', [int32('brokerId', '0+', { entity: 'brokerId' })]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
  ]),
});
