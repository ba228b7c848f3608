/** Broker to controller: a block of producer ids. */
import { api, int16, int32, int64, message, type ApiSchema } from './notation.ts';

export const allocateProducerIds: ApiSchema = api(67, 'AllocateProducerIds', {
  request: message('0', '0+', [
    int32('brokerId', '0+', { entity: 'brokerId' }),
    int64('brokerEpoch', '0+', { default: -1 }),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    int64('producerIdStart', '0+', { entity: 'producerId' }),
    int32('producerIdLen', '0+'),
  ]),
});
