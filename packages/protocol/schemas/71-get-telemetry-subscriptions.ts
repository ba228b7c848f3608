/** Which client metrics the broker wants (KIP-714). */
import { api, array, bool, int16, int32, message, uuid, type ApiSchema } from './notation.ts';

export const getTelemetrySubscriptions: ApiSchema = api(71, 'GetTelemetrySubscriptions', {
  request: message('0', '0+', [uuid('clientInstanceId', '0+')]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    uuid('clientInstanceId', '0+'),
    int32('subscriptionId', '0+'),
    array('acceptedCompressionTypes', '0+', 'int8'),
    int32('pushIntervalMs', '0+'),
    int32('telemetryMaxBytes', '0+'),
    bool('deltaTemporality', '0+'),
    array('requestedMetrics', '0+', 'string'),
  ]),
});
