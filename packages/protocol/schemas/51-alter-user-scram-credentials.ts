/** Sets and removes SCRAM credentials. */
import {
  api,
  array,
  bytes,
  int16,
  int32,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const alterUserScramCredentials: ApiSchema = api(51, 'AlterUserScramCredentials', {
  request: message('0', '0+', [
    array(
      'deletions',
      '0+',
      struct('ScramCredentialDeletion', [string('name', '0+'), int8('mechanism', '0+')]),
    ),
    array(
      'upsertions',
      '0+',
      struct('ScramCredentialUpsertion', [
        string('name', '0+'),
        int8('mechanism', '0+'),
        int32('iterations', '0+'),
        bytes('salt', '0+'),
        bytes('saltedPassword', '0+'),
      ]),
    ),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    array(
      'results',
      '0+',
      struct('AlterUserScramCredentialsResult', [
        string('user', '0+'),
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true }),
      ]),
    ),
  ]),
});
