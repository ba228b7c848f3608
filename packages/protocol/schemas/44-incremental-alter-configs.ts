/** Sets, deletes, appends to and subtracts from single config keys (KIP-339). */
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

export const incrementalAlterConfigs: ApiSchema = api(44, 'IncrementalAlterConfigs', {
  request: message('0-1', '1+', [
    array(
      'resources',
      '0+',
      struct('AlterConfigsResource', [
        int8('resourceType', '0+', { mapKey: true }),
        string('resourceName', '0+', { mapKey: true }),
        array(
          'configs',
          '0+',
          struct('AlterableConfig', [
            string('name', '0+', { mapKey: true }),
            int8('configOperation', '0+', { mapKey: true }),
            string('value', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
    bool('validateOnly', '0+'),
  ]),
  response: message('0-1', '1+', [
    int32('throttleTimeMs', '0+'),
    array(
      'responses',
      '0+',
      struct('AlterConfigsResourceResponse', [
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true }),
        int8('resourceType', '0+'),
        string('resourceName', '0+'),
      ]),
    ),
  ]),
});
