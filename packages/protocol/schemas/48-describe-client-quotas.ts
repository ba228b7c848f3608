/** Lists client quotas (KIP-546). */
import {
  api,
  array,
  bool,
  float64,
  int16,
  int32,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const describeClientQuotas: ApiSchema = api(48, 'DescribeClientQuotas', {
  request: message('0-1', '1+', [
    array(
      'components',
      '0+',
      struct('ComponentData', [
        string('entityType', '0+'),
        int8('matchType', '0+'),
        string('match', '0+', { nullable: true }),
      ]),
    ),
    bool('strict', '0+'),
  ]),
  response: message('0-1', '1+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
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
        array('values', '0+', struct('ValueData', [string('key', '0+'), float64('value', '0+')])),
      ]),
      { nullable: true },
    ),
  ]),
});
