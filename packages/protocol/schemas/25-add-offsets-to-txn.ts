/** Makes a group's offsets part of a transaction. */
import { api, int16, int32, int64, message, string, type ApiSchema } from './notation.ts';

export const addOffsetsToTxn: ApiSchema = api(25, 'AddOffsetsToTxn', {
  request: message('0-4', '3+', [
    string('transactionalId', '0+', { entity: 'transactionalId' }),
    int64('producerId', '0+', { entity: 'producerId' }),
    int16('producerEpoch', '0+'),
    string('groupId', '0+', { entity: 'groupId' }),
  ]),
  response: message('0-4', '3+', [int32('throttleTimeMs', '0+'), int16('errorCode', '0+')]),
});
