/** Lists the access control entries that match a filter. */
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

export const describeAcls: ApiSchema = api(29, 'DescribeAcls', {
  request: message('0-3', '2+', [
    int8('resourceTypeFilter', '0+'),
    string('resourceNameFilter', '0+', { nullable: true }),
    int8('patternTypeFilter', '1+', { default: 3 }),
    string('principalFilter', '0+', { nullable: true }),
    string('hostFilter', '0+', { nullable: true }),
    int8('operation', '0+'),
    int8('permissionType', '0+'),
  ]),
  response: message('0-3', '2+', [
    int32('throttleTimeMs', '0+'),
    int16('errorCode', '0+'),
    string('errorMessage', '0+', { nullable: true }),
    array(
      'resources',
      '0+',
      struct('DescribeAclsResource', [
        int8('resourceType', '0+'),
        string('resourceName', '0+'),
        int8('patternType', '1+', { default: 3 }),
        array(
          'acls',
          '0+',
          struct('AclDescription', [
            string('principal', '0+'),
            string('host', '0+'),
            int8('operation', '0+'),
            int8('permissionType', '0+'),
          ]),
        ),
      ]),
    ),
  ]),
});
