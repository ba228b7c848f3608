/** The headers before every request and response body. */
import { data, int16, int32, message, string, type DataSchema } from './notation.ts';

export const requestHeader: DataSchema = data(
  'RequestHeader',
  message('0-2', '2+', [
    int16('requestApiKey', '0+'),
    int16('requestApiVersion', '0+'),
    int32('correlationId', '0+'),
    string('clientId', '1+', { nullable: true, ignorable: true, alwaysLegacy: true }),
  ]),
);

export const responseHeader: DataSchema = data(
  'ResponseHeader',
  message('0-1', '1+', [int32('correlationId', '0+')]),
);
