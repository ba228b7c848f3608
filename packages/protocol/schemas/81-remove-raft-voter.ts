/** Removes a voter from a KRaft quorum; sent by admin clients. */
import { api, int16, int32, message, string, uuid, type ApiSchema } from './notation.ts';

export const removeRaftVoter: ApiSchema = api(81, 'RemoveRaftVoter', {
  request: message('0', '0+', [
    string('clusterId', '0+', { nullable: true }),
    int32('voterId', '0+'),
    uuid('voterDirectoryId', '0+'),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true, ignorable: true }),
  ]),
});
