/** Which versions of which API the broker speaks. Its response always has header version 0 (KIP-511). */
import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const apiVersions: ApiSchema = api(18, 'ApiVersions', {
  request: message('0-4', '3+', [
    string('clientSoftwareName', '3+', { ignorable: true }),
    string('clientSoftwareVersion', '3+', { ignorable: true }),
  ]),
  response: message('0-4', '3+', [
    int16('errorCode', '0+'),
    array(
      'apiKeys',
      '0+',
      struct('ApiVersion', [
        int16('apiKey', '0+', { mapKey: true }),
        int16('minVersion', '0+'),
        int16('maxVersion', '0+'),
      ]),
    ),
    int32('throttleTimeMs', '1+', { ignorable: true }),
    array(
      'supportedFeatures',
      '3+',
      struct('SupportedFeatureKey', [
        string('name', '3+', { mapKey: true }),
        int16('minVersion', '3+'),
        int16('maxVersion', '3+'),
      ]),
      { tag: 0, ignorable: true },
    ),
    int64('finalizedFeaturesEpoch', '3+', { tag: 1, default: -1, ignorable: true }),
    array(
      'finalizedFeatures',
      '3+',
      struct('FinalizedFeatureKey', [
        string('name', '3+', { mapKey: true }),
        int16('maxVersionLevel', '3+'),
        int16('minVersionLevel', '3+'),
      ]),
      { tag: 2, ignorable: true },
    ),
    bool('zkMigrationReady', '3+', { tag: 3, default: false, ignorable: true }),
  ]),
});
