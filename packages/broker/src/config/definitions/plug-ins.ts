/**
 * Keys that belong to plug-ins which Kafka ships (the ACL authorizer) and not to its own table:
 * accepted without a warning, described only when set, and then as Kafka does with keys whose type
 * it does not know: without the value.
 */
export const plugInDefinitions = {
  'super.users': {
    type: 'string',
    default: null,
    importance: 'medium',
    supported: false,
    doc: 'Principals that may do everything, separated by semicolons.',
  },
  'allow.everyone.if.no.acl.found': {
    type: 'boolean',
    default: 'false',
    importance: 'medium',
    supported: false,
    doc: 'Whether a resource without access control entries is open to all.',
  },
} as const;
