/** Adds a voter to a KRaft quorum; sent by admin clients. */
import {
  api,
  array,
  int16,
  int32,
  message,
  string,
  struct,
  uint16,
  uuid,
  type ApiSchema,
} from './notation.ts';

export const addRaftVoter: ApiSchema = api(80, 'AddRaftVoter', {
  request: message('0', '0+', [
    string('clusterId', '0+', { nullable: true }),
    int32('timeoutMs', '0+'),
    int32('voterId', '0+'),
    uuid('voterDirectoryId', '0+'),
    array(
      'listeners',
      '0+',
      struct('Listener', [
        string('name', '0+', { mapKey: true }),
        string('host', '0+'),
        uint16('port', '0+'),
      ]),
    ),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true, ignorable: true }),
  ]),
});
