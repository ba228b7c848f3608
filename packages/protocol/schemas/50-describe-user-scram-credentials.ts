/** Which SCRAM mechanisms users have credentials for (KIP-554). */
import {
  api,
  array,
  int16,
  int32,
  int8,
  message,
  string,
  struct,
  type ApiSchema,
} from './notation.ts';

export const describeUserScramCredentials: ApiSchema = api(50, 'DescribeUserScramCredentials', {
  request: message('0', '0+', [
    array('users', '0+', struct('UserName', [string('name', '0+')]), { nullable: true }),
  ]),
  response: message('0', '0+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
    array(
      'results',
      '0+',
      struct('DescribeUserScramCredentialsResult', [
        string('user', '0+'),
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true }),
        array(
          'credentialInfos',
          '0+',
          struct('CredentialInfo', [int8('mechanism', '0+'), int32('iterations', '0+')]),
        ),
      ]),
    ),
  ]),
});
