/** Sets and removes client quotas. */
import {
  api,
  array,
  bool,
  float64,
  int16,
  int32,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const alterClientQuotas: ApiSchema = api(49, 'AlterClientQuotas', {
  request: message('0-1', '1+', [
    array(
      'entries',
      '0+',
      struct('EntryData', [
        array(
          'entity',
          '0+',
          struct('EntityData', [
            string('entityType', '0+'),
            string('entityName', '0+', { nullable: true }),
          ]),
        ),
        array(
          'ops',
          '0+',
          struct('OpData', [string('key', '0+'), float64('value', '0+'), bool('remove', '0+')]),
        ),
      ]),
    ),
    bool('validateOnly', '0+'),
  ]),
  response: message('0-1', '1+', [
    int32('throttleTimeMs', '0+'),
    array(
      'entries',
      '0+',
      struct('EntryData', [
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true }),
        array(
          'entity',
          '0+',
          struct('EntityData', [
            string('entityType', '0+'),
            string('entityName', '0+', { nullable: true }),
          ]),
        ),
      ]),
    ),
  ]),
});
