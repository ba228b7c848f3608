/** A member of a classic group is alive. */
import { api, int16, int32, message, string, type ApiSchema } from './notation.ts';

export const heartbeat: ApiSchema = api(12, 'Heartbeat', {
  request: message('0-4', '4+', [
    string('groupId', '0+', { entity: 'groupId' }),
    int32('generationId', '0+'),
    string('memberId', '0+'),
    string('groupInstanceId', '3+', { nullable: true, default: null }),
  ]),
  response: message('0-4', '4+', [
    int32('throttleTimeMs', '1+', { ignorable: true }),
    int16('errorCode', '0+'),
  ]),
});
