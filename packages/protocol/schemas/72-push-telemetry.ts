/** Client metrics, as OTLP (KIP-714). */
import { api, bool, bytes, int16, int32, int8, message, uuid, type ApiSchema } from './notation.ts';

export const pushTelemetry: ApiSchema = api(72, 'PushTelemetry', {
  request: message('0', '0+', [
    uuid('clientInstanceId', '0+'),
    int32('subscriptionId', '0+'),
    bool('terminating', '0+'),
    int8('compressionType', '0+'),
    bytes('metrics', '0+'),
  ]),
  response: message('0', '0+', [int32('throttleTimeMs', '0+'), int16('errorCode', '0+')]),
});
