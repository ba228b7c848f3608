export { clientErrorCodes, KafkaError, type ClientErrorCode } from './errors.ts';
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
export { nearestName } from './config/nearest-name.ts';
export { Producer, type SendOptions } from './producer/producer.ts';
export type { Acks, ProducerConfig } from './producer/producer-config.ts';
export type { Bytes, Headers, ProducerRecord, RecordMetadata } from './producer/record.ts';
export { Consumer, type Assignment, type ConsumedBatch } from './consumer/consumer.ts';
export type { ConsumerConfig } from './consumer/consumer-config.ts';
export type { Position } from './consumer/position.ts';
export type { OperationOptions } from './cluster/cluster.ts';
export type { IsolationLevel, OffsetAnswer } from './cluster/list-offsets.ts';
export type { TopicPartition } from './topic-partition.ts';
export { Admin, type OffsetSpec } from './admin/admin.ts';
export type { AdminConfig } from './admin/admin-config.ts';
export type {
  ConfigChange,
  ConfigChanges,
  ConfigDescription,
  ConfigEntry,
  ConfigResource,
  ConfigSource,
  DescribeConfigsOptions,
} from './admin/configs.ts';
export type { ClusterDescription, LogDirectoryDescription } from './admin/cluster-info.ts';
export type { GroupOffset, OffsetToSet } from './admin/group-offsets.ts';
export type {
  GroupCoordinatorNode,
  GroupDescription,
  GroupMember,
  ListedGroup,
  ListGroupsOptions,
} from './admin/groups.ts';
export type { DeletedRecords, RecordsToDelete } from './admin/records.ts';
export type { CreateTopicsOptions, MorePartitions, NewTopic } from './admin/topics.ts';
export type { BrokerDescription, PartitionMetadata, TopicMetadata } from './cluster/metadata.ts';
