/** Changes finalized feature levels (KIP-584). */
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

export const updateFeatures: ApiSchema = api(57, 'UpdateFeatures', {
  request: message('0-2', '0+', [
    int32('timeoutMs', '0+', { default: 60000 }),
    array(
      'featureUpdates',
      '0+',
      struct('FeatureUpdateKey', [
        string('feature', '0+', { mapKey: true }),
        int16('maxVersionLevel', '0+'),
        bool('allowDowngrade', '0'),
        int8('upgradeType', '1+', { default: 1 }),
      ]),
    ),
    bool('validateOnly', '1+', { default: false }),
  ]),
  response: message('0-2', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
    array(
      'results',
      '0-1',
      struct('UpdatableFeatureResult', [
        string('feature', '0-1', { mapKey: true }),
        int16('errorCode', '0-1'),
        string('errorMessage', '0-1', { nullable: true }),
      ]),
      { ignorable: true },
    ),
  ]),
});
