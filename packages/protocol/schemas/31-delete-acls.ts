/** Deletes the access control entries that match filters. */
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

export const deleteAcls: ApiSchema = api(31, 'DeleteAcls', {
  request: message('0-3', '2+', [
    array(
      'filters',
      '0+',
      struct('DeleteAclsFilter', [
        int8('resourceTypeFilter', '0+'),
        string('resourceNameFilter', '0+', { nullable: true }),
        int8('patternTypeFilter', '1+', { default: 3 }),
        string('principalFilter', '0+', { nullable: true }),
        string('hostFilter', '0+', { nullable: true }),
        int8('operation', '0+'),
        int8('permissionType', '0+'),
      ]),
    ),
  ]),
  response: message('0-3', '2+', [
    int32('throttleTimeMs', '0+'),
    array(
      'filterResults',
      '0+',
      struct('DeleteAclsFilterResult', [
        int16('errorCode', '0+'),
        string('errorMessage', '0+', { nullable: true }),
        array(
          'matchingAcls',
          '0+',
          struct('DeleteAclsMatchingAcl', [
            int16('errorCode', '0+'),
            string('errorMessage', '0+', { nullable: true }),
            int8('resourceType', '0+'),
            string('resourceName', '0+'),
            int8('patternType', '1+', { default: 3 }),
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
