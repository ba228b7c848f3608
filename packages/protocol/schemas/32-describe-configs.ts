/** Configs of topics, brokers and loggers, with source, default and documentation. */
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

export const describeConfigs: ApiSchema = api(32, 'DescribeConfigs', {
  request: message('0-4', '4+', [
    array(
      'resources',
      '0+',
      struct('DescribeConfigsResource', [
        int8('resourceType', '0+'),
        string('resourceName', '0+'),
        array('configurationKeys', '0+', 'string', { nullable: true }),
      ]),
    ),
    bool('includeSynonyms', '1+', { default: false }),
    bool('includeDocumentation', '3+', { default: false }),
  ]),
  response: message('0-4', '4+', [
    int32('throttleTimeMs', '0+'),
    array(
      'results',
      '0+',
      struct('DescribeConfigsResult', [
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true }),
        int8('resourceType', '0+'),
        string('resourceName', '0+'),
        array(
          'configs',
          '0+',
          struct('DescribeConfigsResourceResult', [
            string('name', '0+'),
            string('value', '0+', { nullable: true }),
            bool('readOnly', '0+'),
            bool('isDefault', '0'),
            int8('configSource', '1+', { default: -1, ignorable: true }),
            bool('isSensitive', '0+'),
            array(
              'synonyms',
              '1+',
              struct('DescribeConfigsSynonym', [
                string('name', '1+'),
                string('value', '1+', { nullable: true }),
                int8('source', '1+'),
              ]),
              { ignorable: true },
            ),
            int8('configType', '3+', { default: 0, ignorable: true }),
            string('documentation', '3+', { nullable: true, ignorable: true }),
          ]),
        ),
      ]),
    ),
  ]),
});
