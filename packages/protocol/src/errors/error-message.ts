/**
 * A sentence for each error code, in our own words, for people: logs, the CLI, `errorMessage` fields of responses.
 *
 * Owns wording only; programs decide by code, never by text.
 */
import { ErrorCode, errorName, type ErrorName } from './error-code.ts';

const messages: Readonly<Record<ErrorName, string>> = {
  UNKNOWN_SERVER_ERROR: 'The broker failed in a way that it did not foresee; its log says more.',
  // The one text that clients compare: KafkaJS and others take it, or nothing, for success.
  NONE: 'NONE',
  OFFSET_OUT_OF_RANGE:
    'The partition has no record at this offset: it is before the log start or past the end.',
  CORRUPT_MESSAGE: 'A record batch is damaged: its checksum or its size is wrong.',
  UNKNOWN_TOPIC_OR_PARTITION: 'This broker does not know the topic or partition.',
  INVALID_FETCH_SIZE: 'The fetch size is not valid.',
  LEADER_NOT_AVAILABLE: 'The partition has no leader at the moment.',
  NOT_LEADER_OR_FOLLOWER:
    'This broker is not the leader of the partition, nor a replica that may serve the request.',
  REQUEST_TIMED_OUT: 'The request was not completed within its time limit.',
  BROKER_NOT_AVAILABLE: 'The broker is not available.',
  REPLICA_NOT_AVAILABLE: 'This broker holds no usable replica of the partition.',
  MESSAGE_TOO_LARGE: 'A record batch is larger than the topic accepts (max.message.bytes).',
  STALE_CONTROLLER_EPOCH: 'The request comes from a controller that has been replaced.',
  OFFSET_METADATA_TOO_LARGE: 'The metadata of an offset commit is larger than the broker accepts.',
  NETWORK_EXCEPTION: 'The connection was lost before the response arrived.',
  COORDINATOR_LOAD_IN_PROGRESS: 'The coordinator is still loading its state.',
  COORDINATOR_NOT_AVAILABLE: 'No coordinator is available at the moment.',
  NOT_COORDINATOR: 'This broker is not the coordinator of the group or transactional id.',
  INVALID_TOPIC_EXCEPTION:
    'The topic name is not valid, or the operation is not allowed on this topic.',
  RECORD_LIST_TOO_LARGE: 'The record batch does not fit into a log segment (segment.bytes).',
  NOT_ENOUGH_REPLICAS:
    'Nothing was written: fewer replicas are in sync than min.insync.replicas asks for.',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    'The records were written, but too few replicas stayed in sync to acknowledge them.',
  INVALID_REQUIRED_ACKS: 'acks must be 0, 1 or -1 (all).',
  ILLEGAL_GENERATION: 'The group has moved on to another generation.',
  INCONSISTENT_GROUP_PROTOCOL:
    'The member shares no protocol type or assignor with the rest of the group.',
  INVALID_GROUP_ID: 'The group id is not valid.',
  UNKNOWN_MEMBER_ID: 'The coordinator does not know this member.',
  INVALID_SESSION_TIMEOUT: 'The session timeout is outside the range that the broker allows.',
  REBALANCE_IN_PROGRESS: 'The group is rebalancing; the member must join again.',
  INVALID_COMMIT_OFFSET_SIZE: 'The offset commit is too large for the offsets topic.',
  TOPIC_AUTHORIZATION_FAILED: 'Not authorized for the topic.',
  GROUP_AUTHORIZATION_FAILED: 'Not authorized for the group.',
  CLUSTER_AUTHORIZATION_FAILED: 'Not authorized for this operation on the cluster.',
  INVALID_TIMESTAMP: 'A record timestamp is outside the range that the topic accepts.',
  UNSUPPORTED_SASL_MECHANISM: 'The broker does not offer this SASL mechanism.',
  ILLEGAL_SASL_STATE: 'The request is out of turn in the SASL exchange.',
  UNSUPPORTED_VERSION: 'This version of the API is not supported.',
  TOPIC_ALREADY_EXISTS: 'A topic with this name exists already.',
  INVALID_PARTITIONS: 'The number of partitions is not valid.',
  INVALID_REPLICATION_FACTOR:
    'The replication factor is below 1 or above the number of live brokers.',
  INVALID_REPLICA_ASSIGNMENT: 'The replica assignment is not valid.',
  INVALID_CONFIG: 'A config key or value is not valid.',
  NOT_CONTROLLER: 'This broker is not the controller.',
  INVALID_REQUEST: 'The request contradicts itself or lacks something it needs.',
  UNSUPPORTED_FOR_MESSAGE_FORMAT:
    'The message format of the partition does not allow this request.',
  POLICY_VIOLATION: 'The request is against the configured policy.',
  OUT_OF_ORDER_SEQUENCE_NUMBER:
    'A batch of an idempotent producer is missing: its sequence number does not follow the last one.',
  DUPLICATE_SEQUENCE_NUMBER: 'The batch repeats a sequence number that was written before.',
  INVALID_PRODUCER_EPOCH: 'The producer epoch is older than the current one.',
  INVALID_TXN_STATE: 'The transaction is not in a state that allows this operation.',
  INVALID_PRODUCER_ID_MAPPING: 'The producer id is not the one assigned to this transactional id.',
  INVALID_TRANSACTION_TIMEOUT:
    'The transaction timeout is above transaction.max.timeout.ms of the broker.',
  CONCURRENT_TRANSACTIONS: 'An earlier operation on the same transaction is still being completed.',
  TRANSACTION_COORDINATOR_FENCED: 'The transaction coordinator that sent this has been replaced.',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'Not authorized for the transactional id.',
  SECURITY_DISABLED: 'The broker has no authorizer, so security features are off.',
  OPERATION_NOT_ATTEMPTED: 'Not tried, because another part of the same request failed.',
  KAFKA_STORAGE_ERROR: 'Reading or writing the log on disk failed.',
  LOG_DIR_NOT_FOUND: 'The broker has no such log directory.',
  SASL_AUTHENTICATION_FAILED: 'SASL authentication failed.',
  UNKNOWN_PRODUCER_ID: 'The partition has no state for this producer id (any more).',
  REASSIGNMENT_IN_PROGRESS: 'The partition is being reassigned.',
  DELEGATION_TOKEN_AUTH_DISABLED: 'Delegation tokens are not enabled.',
  DELEGATION_TOKEN_NOT_FOUND: 'There is no such delegation token.',
  DELEGATION_TOKEN_OWNER_MISMATCH:
    'The principal is neither owner nor renewer of the delegation token.',
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED:
    'Delegation tokens cannot be managed over this kind of connection (plaintext, one-way TLS, or authenticated by a token).',
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: 'Not authorized for the delegation token.',
  DELEGATION_TOKEN_EXPIRED: 'The delegation token has expired.',
  INVALID_PRINCIPAL_TYPE: 'This type of principal is not supported.',
  NON_EMPTY_GROUP: 'The group still has members.',
  GROUP_ID_NOT_FOUND: 'There is no such group.',
  FETCH_SESSION_ID_NOT_FOUND: 'The broker does not have this fetch session (any more).',
  INVALID_FETCH_SESSION_EPOCH: 'The epoch of the fetch session is not the expected one.',
  LISTENER_NOT_FOUND: 'The leader has no listener with the name that this request came in by.',
  TOPIC_DELETION_DISABLED: 'Deleting topics is switched off (delete.topic.enable).',
  FENCED_LEADER_EPOCH: 'The leader epoch in the request is older than the current one.',
  UNKNOWN_LEADER_EPOCH: 'The leader epoch in the request is newer than this broker knows.',
  UNSUPPORTED_COMPRESSION_TYPE: 'The client does not support the compression of the partition.',
  STALE_BROKER_EPOCH:
    'The broker epoch in the request is not the current one: the broker has registered anew.',
  OFFSET_NOT_AVAILABLE: 'The new leader does not yet know the high watermark for certain.',
  MEMBER_ID_REQUIRED: 'The member must join again with the member id it was just given.',
  PREFERRED_LEADER_NOT_AVAILABLE: 'The preferred leader is not available.',
  GROUP_MAX_SIZE_REACHED: 'The group has as many members as the broker allows.',
  FENCED_INSTANCE_ID: 'Another member has taken over this group.instance.id.',
  ELIGIBLE_LEADERS_NOT_AVAILABLE: 'No replica that may become leader is available.',
  ELECTION_NOT_NEEDED: 'The partition needs no election.',
  NO_REASSIGNMENT_IN_PROGRESS: 'The partition is not being reassigned.',
  GROUP_SUBSCRIBED_TO_TOPIC:
    'The group is subscribed to the topic, so its offsets cannot be deleted.',
  INVALID_RECORD: 'A record is not valid for this topic.',
  UNSTABLE_OFFSET_COMMIT: 'Offsets of the group are part of a transaction that has not ended.',
  THROTTLING_QUOTA_EXCEEDED: 'The quota is exceeded; try again after the throttle time.',
  PRODUCER_FENCED: 'A newer producer uses the same transactional id.',
  RESOURCE_NOT_FOUND: 'The request names a resource that does not exist.',
  DUPLICATE_RESOURCE: 'The request names the same resource twice.',
  UNACCEPTABLE_CREDENTIAL: 'The credential does not meet the requirements.',
  INCONSISTENT_VOTER_SET: 'Sender and receiver do not agree on the set of voters.',
  INVALID_UPDATE_VERSION: 'The version of the update is not valid.',
  FEATURE_UPDATE_FAILED: 'The features could not be updated.',
  PRINCIPAL_DESERIALIZATION_FAILURE: 'The principal of a forwarded request could not be read.',
  SNAPSHOT_NOT_FOUND: 'There is no such snapshot.',
  POSITION_OUT_OF_RANGE: 'The position is outside the snapshot.',
  UNKNOWN_TOPIC_ID: 'This broker does not know the topic id.',
  DUPLICATE_BROKER_REGISTRATION: 'Another live broker is registered under this id.',
  BROKER_ID_NOT_REGISTERED: 'No broker is registered under this id.',
  INCONSISTENT_TOPIC_ID:
    'The topic id is not that of the log: the topic was deleted and created again.',
  INCONSISTENT_CLUSTER_ID: 'The request is meant for another cluster.',
  TRANSACTIONAL_ID_NOT_FOUND: 'There is no such transactional id.',
  FETCH_SESSION_TOPIC_ID_ERROR: 'The fetch session mixes topic ids and topic names.',
  INELIGIBLE_REPLICA: 'The new in-sync set contains a replica that may not be in it.',
  NEW_LEADER_ELECTED: 'The change was made, and the partition has another leader since.',
  OFFSET_MOVED_TO_TIERED_STORAGE: 'The offset has moved to tiered storage.',
  FENCED_MEMBER_EPOCH: 'The member has been fenced: it must give up its partitions and join again.',
  UNRELEASED_INSTANCE_ID: 'Another member still holds this group.instance.id; it must leave first.',
  UNSUPPORTED_ASSIGNOR: 'The group does not support this assignor.',
  STALE_MEMBER_EPOCH: 'The member epoch is old; the next heartbeat brings the new one.',
  MISMATCHED_ENDPOINT_TYPE: 'The request went to the wrong kind of endpoint.',
  UNSUPPORTED_ENDPOINT_TYPE: 'This kind of endpoint is not supported.',
  UNKNOWN_CONTROLLER_ID: 'There is no such controller.',
  UNKNOWN_SUBSCRIPTION_ID: 'The telemetry subscription id is unknown or out of date.',
  TELEMETRY_TOO_LARGE: 'The telemetry push is larger than the broker accepts.',
  INVALID_REGISTRATION: 'The controller rejected the registration of the broker.',
  TRANSACTION_ABORTABLE:
    'The transaction cannot go on; abort it and start another with the same producer.',
  INVALID_RECORD_STATE: 'The record is not in a state in which it can be acknowledged.',
  SHARE_SESSION_NOT_FOUND: 'The broker does not have this share session (any more).',
  INVALID_SHARE_SESSION_EPOCH: 'The epoch of the share session is not the expected one.',
  FENCED_STATE_EPOCH: 'The state epoch of the share group is not the expected one.',
  INVALID_VOTER_KEY: 'The voter key is not that of the receiving replica.',
  DUPLICATE_VOTER: 'The voter is in the set already.',
  VOTER_NOT_FOUND: 'The voter is not in the set.',
  INVALID_REGULAR_EXPRESSION: 'The regular expression is not valid.',
  REBOOTSTRAP_REQUIRED:
    'The metadata of the client is too old; it must start again from its bootstrap servers.',
  STREAMS_INVALID_TOPOLOGY: 'The topology is not valid.',
  STREAMS_INVALID_TOPOLOGY_EPOCH: 'The topology epoch is not valid.',
  STREAMS_TOPOLOGY_FENCED: 'The topology epoch is older than the current one.',
  SHARE_SESSION_LIMIT_REACHED: 'The broker has as many share sessions as it allows.',
};

/** What the code means, one sentence. */
export function errorMessage(code: number): string {
  const name = errorName(code);
  return name in ErrorCode ? messages[name as ErrorName] : `Unknown error code ${code}.`;
}
