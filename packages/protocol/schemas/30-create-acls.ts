/** Creates access control entries. */
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

export const createAcls: ApiSchema = api(30, 'CreateAcls', {
  request: message('0-3', '2+', [
    array(
      'creations',
      '0+',
      struct('AclCreation', [
        int8('resourceType', '0+'),
        string('resourceName', '0+'),
        int8('resourcePatternType', '1+', { default: 3 }),
        string('principal', '0+'),
        string('host', '0+'),
        int8('operation', '0+'),
        int8('permissionType', '0+'),
      ]),
    ),
  ]),
  response: message('0-3', '2+', [
    int32('throttleTimeMs', '0+'),
    array(
      'results',
      '0+',
      struct('AclCreationResult', [
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true }),
      ]),
    ),
  ]),
});
