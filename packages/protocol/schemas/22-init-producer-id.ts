/** Gives a producer its id and epoch; fences older producers with the same transactional id. */
import { api, bool, int16, int32, int64, message, string, type ApiSchema } from './notation.ts';

export const initProducerId: ApiSchema = api(22, 'InitProducerId', {
  request: message('0-6', '2+', [
    string('transactionalId', '0+', { nullable: true, entity: 'transactionalId' }),
    int32('transactionTimeoutMs', '0+'),
    int64('producerId', '3+', { default: -1, entity: 'producerId' }),
    int16('producerEpoch', '3+', { default: -1 }),
    bool('enable2Pc', '6+', { default: false }),
    bool('keepPreparedTxn', '6+', { default: false }),
  ]),
  response: message('0-6', '2+', [
    int32('throttleTimeMs', '0+', { ignorable: true }),
    int16('errorCode', '0+'),
    int64('producerId', '0+', { default: -1, entity: 'producerId' }),
    int16('producerEpoch', '0+'),
    int64('ongoingTxnProducerId', '6+', { default: -1, entity: 'producerId' }),
    int16('ongoingTxnProducerEpoch', '6+', { default: -1 }),
  ]),
});
