/** Replaces all configs of a resource. Superseded by IncrementalAlterConfigs. */
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

export const alterConfigs: ApiSchema = api(33, 'AlterConfigs', {
  request: message('0-2', '2+', [
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
            string('value', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
    bool('validateOnly', '0+'),
  ]),
  response: message('0-2', '2+', [
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
