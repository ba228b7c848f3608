/** Transaction coordinator to partition leader: write the commit or abort marker. */
import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const writeTxnMarkers: ApiSchema = api(27, 'WriteTxnMarkers', {
  request: message('0-2', '1+', [
    array(
      'markers',
      '0+',
      struct('WritableTxnMarker', [
        int64('producerId', '0+', { entity: 'producerId' }),
        int16('producerEpoch', '0+'),
        bool('transactionResult', '0+'),
        array(
          'topics',
          '0+',
          struct('WritableTxnMarkerTopic', [
            string('name', '0+', { entity: 'topicName' }),
            array('partitionIndexes', '0+', 'int32'),
          ]),
        ),
        int32('coordinatorEpoch', '0+'),
        int8('transactionVersion', '2+', { default: 0, ignorable: true }),
      ]),
    ),
  ]),
  response: message('0-2', '1+', [
    array(
      'markers',
      '0+',
      struct('WritableTxnMarkerResult', [
        int64('producerId', '0+', { entity: 'producerId' }),
        array(
          'topics',
          '0+',
          struct('WritableTxnMarkerTopicResult', [
            string('name', '0+', { entity: 'topicName' }),
            array(
              'partitions',
              '0+',
              struct('WritableTxnMarkerPartitionResult', [
                int32('partitionIndex', '0+'),
                int16('errorCode', '0+'),
              ]),
            ),
          ]),
        ),
      ]),
    ),
  ]),
});
