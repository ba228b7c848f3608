/** One step of the SASL exchange. */
import { api, bytes, int16, int64, message, string, type ApiSchema } from './notation.ts';

export const saslAuthenticate: ApiSchema = api(36, 'SaslAuthenticate', {
  request: message('0-2', '2+', [bytes('authBytes', '0+')]),
  response: message('0-2', '2+', [
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
    bytes('authBytes', '0+'),
    int64('sessionLifetimeMs', '1+', { default: 0, ignorable: true }),
  ]),
});
