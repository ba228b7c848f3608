export {
  clientErrorCodes,
  KafkaError,
  type ClientErrorCode,
  type KafkaErrorOptions,
} from './errors.ts';
export type { CommonConfig } from './config/common-settings.ts';
export type { TlsOptions } from '@zurau/platform';
export type {
  Credentials,
  SaslConfig,
  ScramCredentials,
  ScramMechanism,
} from './network/sasl/sasl-config.ts';
export type { SaslContext, SaslConversation, SaslMechanism } from './network/sasl/mechanism.ts';
export type { OauthToken, OauthTokenProvider } from './network/sasl/oauth-token-source.ts';
export type { BrokerAddress } from './network/address.ts';
export type { RequestReport } from './network/connection-observer.ts';
export type { Deserializer, Serde, SerdeContext, Serializer } from './serde/serde.ts';
export { bigInt64, bytes, double, int32, int64, json, string, uuid } from './serde/primitives.ts';
export {
  topic,
  TypedTopic,
  type ReadRecord,
  type RecordBatch,
  type RecordSink,
  type TopicSerdes,
  type TypedRecord,
} from './serde/typed-topic.ts';
export type { HistogramSeries, Labels, Metric } from './observability/client-metrics.ts';
export type { ClientEventName, ClientEvents, ConnectionEvent } from './observability/events.ts';
export {
  extractTraceContext,
  injectTraceContext,
  type TextHeader,
  type TraceContext,
} from './observability/trace-context.ts';
export { nearestName } from './config/nearest-name.ts';
export { Producer, type SendOptions, type Transaction } from './producer/producer.ts';
export type { Acks, ProducerConfig } from './producer/producer-config.ts';
export type { PartitionChoice, Partitioner } from './producer/partitioner.ts';
export type { Bytes, Headers, ProducerRecord, RecordMetadata } from './producer/record.ts';
export { Consumer, type CloseOptions, type ConsumerGroupMetadata } from './consumer/consumer.ts';
export type { Assignment } from './consumer/assignment.ts';
export type { Committable, CommitOptions } from './consumer/offsets/committable.ts';
export type { ConsumedBatch } from './consumer/consumed-batch.ts';
export type { AssignmentStrategy, ConsumerConfig } from './consumer/consumer-config.ts';
export type {
  AssignablePartition,
  AssignableTopics,
  GroupAssignment,
  PartitionAssignor,
  RebalanceProtocol,
  SubscribedMember,
} from './consumer/assignors/assignor.ts';
export type { AssignorName } from './consumer/assignors/built-in.ts';
export type { ConsumerHealth, HealthState } from './consumer/health.ts';
export type { PartitionLag } from './consumer/lag.ts';
export type { GroupEvent } from './consumer/group/group-event.ts';
export type { RebalanceListener } from './consumer/group/group-member.ts';
export type { Re2Pattern, Topics } from './consumer/group/subscription.ts';
export type { CommittedOffset, OffsetToCommit } from './consumer/offsets/offset-to-commit.ts';
export type { OffsetReset, OffsetResetRule } from './consumer/offset-reset.ts';
export type { Position } from './consumer/position.ts';
export type { OperationOptions } from './cluster/cluster.ts';
export type { IsolationLevel, OffsetAnswer, OffsetRequestOptions } from './cluster/list-offsets.ts';
export type { TopicPartition } from './topic-partition.ts';
export { Admin, type ValidateOnly } from './admin/admin.ts';
export type { AdminConfig } from './admin/admin-config.ts';
export { PartialFailure } from './admin/results.ts';
export type { AclOperation } from './admin/acl-operations.ts';
export type {
  Acl,
  AclFilter,
  AclPatternType,
  AclPermission,
  AclResourceType,
} from './admin/acls.ts';
export type {
  ClusterDescription,
  DescribeClusterOptions,
  QuorumDescription,
  QuorumReplica,
  RaftListener,
  RaftVoter,
} from './admin/cluster-info.ts';
export type {
  ConfigChange,
  ConfigChanges,
  ConfigDescription,
  ConfigEntry,
  ConfigReplacement,
  ConfigResource,
  ConfigResourceType,
  ConfigSource,
  ConfigValueType,
  DescribeConfigsOptions,
} from './admin/configs.ts';
export type { CreateTokenOptions, DelegationToken } from './admin/delegation-tokens.ts';
export type {
  ConsumerMember,
  DescribeGroupsOptions,
  GroupCoordinatorNode,
  GroupDescription,
  GroupMember,
} from './admin/describe-groups.ts';
export type { ElectionType } from './admin/elections.ts';
export type { FeatureDescription, FeatureUpdate, VersionLevels } from './admin/features.ts';
export type { MemberRef, RemoveMembersOptions } from './admin/group-members.ts';
export type { FetchGroupOffsetsOptions, GroupOffset, OffsetToSet } from './admin/group-offsets.ts';
export type { ListedGroup, ListGroupsOptions } from './admin/groups.ts';
export type {
  DescribeLogDirsOptions,
  LogDirectoryDescription,
  ReplicaMove,
} from './admin/log-dirs.ts';
export type { OffsetSpec } from './admin/offsets.ts';
export type { PartitionProducers, ProducerState } from './admin/producers.ts';
export type {
  ClientQuotas,
  QuotaChange,
  QuotaEntity,
  QuotaFilter,
  QuotaMatch,
} from './admin/quotas.ts';
export type { OngoingReassignment, Reassignment } from './admin/reassignments.ts';
export type { DeletedRecords, RecordsToDelete } from './admin/records.ts';
export type { ScramChange, ScramUser } from './admin/scram-users.ts';
export type {
  CreatedTopic,
  CreateTopicsOptions,
  DescribeTopicsOptions,
  MorePartitions,
  NewTopic,
  TopicDescription,
  TopicRef,
} from './admin/topics.ts';
export type {
  FencedProducer,
  HangingTransaction,
  ListedTransaction,
  ListTransactionsOptions,
  TransactionDescription,
  TransactionState,
} from './admin/transactions.ts';
export type { BrokerDescription, PartitionMetadata, TopicMetadata } from './cluster/metadata.ts';
