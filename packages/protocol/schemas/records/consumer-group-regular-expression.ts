/** __consumer_offsets: ConsumerGroupRegularExpression of a KIP-848 group (key version 16): what an expression matches. */
import { array, data, int64, message, string, type DataSchema } from '../notation.ts';

export const consumerGroupRegularExpressionKey: DataSchema = data(
  'ConsumerGroupRegularExpressionKey',
  message('16', 'none', [string('groupId', '16+'), string('regularExpression', '16+')]),
);

export const consumerGroupRegularExpressionValue: DataSchema = data(
  'ConsumerGroupRegularExpressionValue',
  message('0', '0+', [
    array('topics', '0+', 'string'),
    int64('version', '0+'),
    int64('timestamp', '0+'),
  ]),
);
