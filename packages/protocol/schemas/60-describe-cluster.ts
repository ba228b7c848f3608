/** Cluster id, controller and brokers (KIP-700). */
import {
  api,
  array,
  bool,
  int16,
  int32,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const describeCluster: ApiSchema = api(60, 'DescribeCluster', {
  request: message('0-2', '0+', [
    bool('includeClusterAuthorizedOperations', '0+'),
    int8('endpointType', '1+', { default: 1 }),
    bool('includeFencedBrokers', '2+'),
  ]),
  response: message('0-2', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true, default: null }),
    int8('endpointType', '1+', { default: 1 }),
    string('clusterId', '0+'),
    int32('controllerId', '0+', { default: -1, entity: 'brokerId' }),
    array(
      'brokers',
      '0+',
      struct('DescribeClusterBroker', [
        int32('brokerId', '0+', { mapKey: true, entity: 'brokerId' }),
        string('host', '0+'),
        int32('port', '0+'),
        string('rack', '0+', { nullable: true, default: null }),
        bool('isFenced', '2+'),
      ]),
    ),
    int32('clusterAuthorizedOperations', '0+', { default: -2147483648 }),
  ]),
});
