/** All transactions that a broker coordinates (KIP-664). */
import {
  api,
  array,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const listTransactions: ApiSchema = api(66, 'ListTransactions', {
  request: message('0-2', '0+', [
    array('stateFilters', '0+', 'string'),
    array('producerIdFilters', '0+', 'int64', { entity: 'producerId' }),
    int64('durationFilter', '1+', { default: -1 }),
    string('transactionalIdPattern', '2+', { nullable: true, default: null }),
  ]),
  response: message('0-2', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    array('unknownStateFilters', '0+', 'string'),
    array(
      'transactionStates',
      '0+',
      struct('TransactionState', [
        string('transactionalId', '0+', { entity: 'transactionalId' }),
        int64('producerId', '0+', { entity: 'producerId' }),
        string('transactionState', '0+'),
      ]),
    ),
  ]),
});
