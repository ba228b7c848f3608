/** Picks the SASL mechanism. Never flexible: it must be readable before anything is agreed. */
import { api, array, int16, message, string, type ApiSchema } from './notation.ts';

export const saslHandshake: ApiSchema = api(17, 'SaslHandshake', {
  request: message('0-1', 'none', [string('mechanism', '0+')]),
  response: message('0-1', 'none', [int16('errorCode', '0+'), array('mechanisms', '0+', 'string')]),
});
