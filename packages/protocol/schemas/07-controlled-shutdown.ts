/** Broker to controller: move leadership away, this broker is about to stop. ZooKeeper mode only. */
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

export const controlledShutdown: ApiSchema = api(7, 'ControlledShutdown', {
  request: message('0-3', '3+', [
    int32('brokerId', '0+', { entity: 'brokerId' }),
    int64('brokerEpoch', '2+', { default: -1, ignorable: true }),
  ]),
  response: message('0-3', '3+', [
    int16('errorCode', '0+'),
    array(
      'remainingPartitions',
      '0+',
      struct('RemainingPartition', [
        string('topicName', '0+', { mapKey: true, entity: 'topicName' }),
        int32('partitionIndex', '0+', { mapKey: true }),
      ]),
    ),
  ]),
});
