/** Resources that have configs; version 0 was called ListClientMetricsResources (KIP-1142). */
import {
  api,
  array,
  int16,
  int32,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const listConfigResources: ApiSchema = api(74, 'ListConfigResources', {
  request: message('0-1', '0+', [array('resourceTypes', '1+', 'int8')]),
  response: message('0-1', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    array(
      'configResources',
      '0+',
      struct('ConfigResource', [
        string('resourceName', '0+'),
        int8('resourceType', '1+', { default: 16, ignorable: true }),
      ]),
    ),
  ]),
});
