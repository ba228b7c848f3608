/** Broker to controller: a client's request with its principal, forwarded (KIP-590). */
import { api, bytes, int16, message, type ApiSchema } from './notation.ts';

export const envelope: ApiSchema = api(58, 'Envelope', {
  request: message('0', '0+', [
    bytes('requestData', '0+'),
    bytes('requestPrincipal', '0+', { nullable: true }),
    bytes('clientHostAddress', '0+'),
  ]),
  response: message('0', '0+', [
    bytes('responseData', '0+', { nullable: true, default: null }),
    int16('errorCode', '0+'),
  ]),
});
