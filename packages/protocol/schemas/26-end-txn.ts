/** Commits or aborts a transaction. */
import { api, bool, int16, int32, int64, message, string, type ApiSchema } from './notation.ts';

export const endTxn: ApiSchema = api(26, 'EndTxn', {
  request: message('0-5', '3+', [
    string('transactionalId', '0+', { entity: 'transactionalId' }),
    int64('producerId', '0+', { entity: 'producerId' }),
    int16('producerEpoch', '0+'),
    bool('committed', '0+'),
  ]),
  response: message('0-5', '3+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    int64('producerId', '5+', { default: -1, ignorable: true, entity: 'producerId' }),
    int16('producerEpoch', '5+', { default: -1, ignorable: true }),
  ]),
});
