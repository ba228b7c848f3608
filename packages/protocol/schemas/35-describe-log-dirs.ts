/** Log directories of a broker, with what each partition takes. */
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

export const describeLogDirs: ApiSchema = api(35, 'DescribeLogDirs', {
  request: message('0-5', '2+', [
    array(
      'topics',
      '0+',
      struct('DescribableLogDirTopic', [
        string('topic', '0+', { mapKey: true, entity: 'topicName' }),
        array('partitions', '0+', 'int32'),
      ]),
      { nullable: true },
    ),
  ]),
  response: message('0-5', '2+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '3+', { ignorable: true }),
    array(
      'results',
      '0+',
      struct('DescribeLogDirsResult', [
        int16('errorCode', '0+'),
        string('logDir', '0+'),
        array(
          'topics',
          '0+',
          struct('DescribeLogDirsTopic', [
            string('name', '0+', { entity: 'topicName' }),
            array(
              'partitions',
              '0+',
              struct('DescribeLogDirsPartition', [
                int32('partitionIndex', '0+'),
                int64('partitionSize', '0+'),
                int64('offsetLag', '0+'),
                bool('isFutureKey', '0+'),
              ]),
            ),
          ]),
        ),
        int64('totalBytes', '4+', { default: -1, ignorable: true }),
        int64('usableBytes', '4+', { default: -1, ignorable: true }),
        bool('isCordoned', '5+', { default: false, ignorable: true }),
      ]),
    ),
  ]),
});
