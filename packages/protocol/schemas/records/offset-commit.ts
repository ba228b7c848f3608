/** __consumer_offsets: a committed offset (key versions 0 and 1). */
import { data, int32, int64, message, string, type DataSchema } from '../notation.ts';

export const offsetCommitKey: DataSchema = data(
  'OffsetCommitKey',
  message('0-1', 'none', [string('group', '0+'), string('topic', '0+'), int32('partition', '0+')]),
);

export const offsetCommitValue: DataSchema = data(
  'OffsetCommitValue',
  message('0-4', '4+', [
    int64('offset', '0+'),
    int32('leaderEpoch', '3+', { default: -1, ignorable: true }),
    string('metadata', '0+'),
    int64('commitTimestamp', '0+'),
    int64('expireTimestamp', '1', { default: -1, ignorable: true }),
  ]),
);
