/**
 * KafkaJS's errors: the names, the fields and the inheritance that applications tell them apart by.
 *
 * `retriable` decides whether a consumer starts again after a crash. Must never be thrown by the engine: see engine-errors.ts.
 */

export interface KafkaJSErrorMetadata {
  readonly retriable?: boolean | undefined;
  readonly topic?: string | undefined;
  readonly partitionId?: number | undefined;
  readonly cause?: unknown;
}

/** What a Kafka error code stands for. */
export interface ProtocolFailure {
  readonly message: string;
  readonly type: string;
  readonly code: number;
  readonly retriable: boolean;
}

export class KafkaJSError extends Error {
  override readonly name: string = 'KafkaJSError';
  readonly retriable: boolean;
  readonly helpUrl?: string;
  override readonly cause?: Error;

  constructor(e: Error | string, { retriable = true, cause }: KafkaJSErrorMetadata = {}) {
    super(typeof e === 'string' ? e : e.message);
    this.retriable = retriable;
    if (typeof e !== 'string' && 'helpUrl' in e) this.helpUrl = String(e.helpUrl);
    if (cause !== undefined) this.cause = cause as Error;
  }
}

export class KafkaJSNonRetriableError extends KafkaJSError {
  override readonly name: string = 'KafkaJSNonRetriableError';

  constructor(e: Error | string, { cause }: { readonly cause?: unknown } = {}) {
    super(e, { retriable: false, cause });
  }
}

export class KafkaJSProtocolError extends KafkaJSError {
  override readonly name: string = 'KafkaJSProtocolError';
  readonly type: string;
  readonly code: number;

  constructor(
    e: Error | string | ProtocolFailure,
    { retriable }: { readonly retriable?: boolean | undefined } = {},
  ) {
    const failure: Partial<ProtocolFailure> = typeof e === 'string' ? { message: e } : e;
    super(failure.message ?? '', { retriable: retriable ?? failure.retriable ?? true });
    this.type = failure.type ?? 'UNKNOWN';
    this.code = failure.code ?? -1;
  }
}

export class KafkaJSOffsetOutOfRange extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSOffsetOutOfRange';
  readonly topic: string;
  readonly partition: number;

  constructor(
    e: Error | string | ProtocolFailure,
    { topic, partition }: KafkaJSOffsetOutOfRangeMetadata = { topic: '', partition: -1 },
  ) {
    super(e);
    this.topic = topic;
    this.partition = partition;
  }
}

export interface KafkaJSOffsetOutOfRangeMetadata {
  topic: string;
  partition: number;
}

export class KafkaJSMemberIdRequired extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSMemberIdRequired';
  readonly memberId: string;

  constructor(e: Error | string | ProtocolFailure, { memberId }: { memberId: string }) {
    super(e);
    this.memberId = memberId;
  }
}

export class KafkaJSCreateTopicError extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSCreateTopicError';
  readonly topic: string;

  constructor(e: Error | string | ProtocolFailure, topicName: string) {
    super(e);
    this.topic = topicName;
  }
}

export class KafkaJSAlterPartitionReassignmentsError extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSAlterPartitionReassignmentsError';
  readonly topic?: string;
  readonly partition?: number;

  constructor(e: Error | string | ProtocolFailure, topicName?: string, partition?: number) {
    super(e);
    if (topicName !== undefined) this.topic = topicName;
    if (partition !== undefined) this.partition = partition;
  }
}

export class KafkaJSNumberOfRetriesExceeded extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSNumberOfRetriesExceeded';
  override readonly stack: string;
  readonly retryCount: number;
  readonly retryTime: number;

  constructor(
    e: Error | string,
    { retryCount, retryTime }: KafkaJSNumberOfRetriesExceededMetadata = {
      retryCount: 0,
      retryTime: 0,
    },
  ) {
    super(e, { cause: e });
    this.stack = `KafkaJSNumberOfRetriesExceeded\n  Caused by: ${typeof e === 'string' ? e : e.stack}`;
    this.retryCount = retryCount;
    this.retryTime = retryTime;
  }
}

export interface KafkaJSNumberOfRetriesExceededMetadata {
  retryCount: number;
  retryTime: number;
}

export class KafkaJSConnectionError extends KafkaJSError {
  override readonly name: string = 'KafkaJSConnectionError';
  readonly broker: string;
  readonly code?: string;

  constructor(e: Error | string, { broker, code }: KafkaJSConnectionErrorMetadata = {}) {
    super(e);
    this.broker = broker ?? '';
    if (code !== undefined) this.code = code;
  }
}

export interface KafkaJSConnectionErrorMetadata {
  broker?: string;
  code?: string;
}

export class KafkaJSConnectionClosedError extends KafkaJSConnectionError {
  override readonly name: string = 'KafkaJSConnectionClosedError';
  readonly host?: string;
  readonly port?: number;

  constructor(e: Error | string, { host, port }: { host?: string; port?: number } = {}) {
    super(e, host === undefined ? {} : { broker: `${host}:${port}` });
    if (host !== undefined) this.host = host;
    if (port !== undefined) this.port = port;
  }
}

export class KafkaJSRequestTimeoutError extends KafkaJSError {
  override readonly name: string = 'KafkaJSRequestTimeoutError';
  readonly broker: string;
  readonly correlationId: number;
  readonly createdAt: number;
  readonly sentAt: number;
  readonly pendingDuration: number;

  constructor(e: Error | string, metadata: Partial<KafkaJSRequestTimeoutErrorMetadata> = {}) {
    super(e);
    this.broker = metadata.broker ?? '';
    this.correlationId = metadata.correlationId ?? -1;
    this.createdAt = metadata.createdAt ?? -1;
    this.sentAt = metadata.sentAt ?? -1;
    this.pendingDuration = metadata.pendingDuration ?? 0;
  }
}

export interface KafkaJSRequestTimeoutErrorMetadata {
  broker: string;
  clientId: string;
  correlationId: number;
  createdAt: number;
  sentAt: number;
  pendingDuration: number;
}

export class KafkaJSMetadataNotLoaded extends KafkaJSError {
  override readonly name: string = 'KafkaJSMetadataNotLoaded';
}

export class KafkaJSTopicMetadataNotLoaded extends KafkaJSMetadataNotLoaded {
  override readonly name: string = 'KafkaJSTopicMetadataNotLoaded';
  readonly topic: string;

  constructor(e: Error | string, { topic }: KafkaJSTopicMetadataNotLoadedMetadata = { topic: '' }) {
    super(e);
    this.topic = topic;
  }
}

export interface KafkaJSTopicMetadataNotLoadedMetadata {
  topic: string;
}

export class KafkaJSStaleTopicMetadataAssignment extends KafkaJSError {
  override readonly name: string = 'KafkaJSStaleTopicMetadataAssignment';
  readonly topic: string;
  readonly unknownPartitions: number;

  constructor(
    e: Error | string,
    metadata: { topic: string; unknownPartitions: number } = { topic: '', unknownPartitions: 0 },
  ) {
    super(e);
    this.topic = metadata.topic;
    this.unknownPartitions = metadata.unknownPartitions;
  }
}

export class KafkaJSDeleteGroupsError extends KafkaJSError {
  override readonly name: string = 'KafkaJSDeleteGroupsError';
  readonly groups: DeleteGroupsResult[];

  constructor(e: Error | string, groups: DeleteGroupsResult[] = []) {
    super(e);
    this.groups = groups;
  }
}

export type DeleteGroupsResult = {
  groupId: string;
  errorCode?: number;
  error?: KafkaJSProtocolError;
};

export interface KafkaJSDeleteGroupsErrorGroups {
  groupId: string;
  errorCode: number;
  error: KafkaJSError;
}

export class KafkaJSDeleteTopicRecordsError extends KafkaJSError {
  override readonly name: string = 'KafkaJSDeleteTopicRecordsError';
  readonly partitions: KafkaJSDeleteTopicRecordsErrorPartition[];

  /** Retriable when all partitions are. */
  constructor({ partitions }: KafkaJSDeleteTopicRecordsErrorTopic) {
    const retriable = partitions.every(({ error }) => error.retriable);
    super('Error while deleting records', { retriable });
    this.partitions = partitions;
  }
}

export interface KafkaJSDeleteTopicRecordsErrorTopic {
  topic: string;
  partitions: KafkaJSDeleteTopicRecordsErrorPartition[];
}

export interface KafkaJSDeleteTopicRecordsErrorPartition {
  partition: number;
  offset: string;
  error: KafkaJSError;
}

export class KafkaJSServerDoesNotSupportApiKey extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSServerDoesNotSupportApiKey';
  readonly apiKey: number;
  readonly apiName: string;

  constructor(
    e: Error | string,
    { apiKey, apiName }: Partial<KafkaJSServerDoesNotSupportApiKeyMetadata> = {},
  ) {
    super(e);
    this.apiKey = apiKey ?? -1;
    this.apiName = apiName ?? '';
  }
}

export interface KafkaJSServerDoesNotSupportApiKeyMetadata {
  apiKey: number;
  apiName: string;
}

export class KafkaJSBrokerNotFound extends KafkaJSError {
  override readonly name: string = 'KafkaJSBrokerNotFound';
}

export class KafkaJSNoBrokerAvailableError extends KafkaJSError {
  override readonly name: string = 'KafkaJSNoBrokerAvailableError';

  constructor() {
    super('No broker available');
  }
}

export class KafkaJSPartialMessageError extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSPartialMessageError';
}

export class KafkaJSSASLAuthenticationError extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSSASLAuthenticationError';
}

export class KafkaJSGroupCoordinatorNotFound extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSGroupCoordinatorNotFound';
}

export class KafkaJSNotImplemented extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSNotImplemented';
}

export class KafkaJSTimeout extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSTimeout';
}

export class KafkaJSLockTimeout extends KafkaJSTimeout {
  override readonly name: string = 'KafkaJSLockTimeout';
}

export class KafkaJSUnsupportedMagicByteInMessageSet extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSUnsupportedMagicByteInMessageSet';
}

export class KafkaJSInvariantViolation extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSInvariantViolation';
}

export class KafkaJSInvalidVarIntError extends KafkaJSNonRetriableError {}

export class KafkaJSInvalidLongError extends KafkaJSNonRetriableError {}

export class KafkaJSFetcherRebalanceError extends Error {}

/** Several failures of one call; not a KafkaJSError, as in KafkaJS. */
export class KafkaJSAggregateError extends Error {
  override readonly name: string = 'KafkaJSAggregateError';
  readonly errors: (Error | string)[];

  constructor(message: Error | string, errors: (Error | string)[]) {
    super(typeof message === 'string' ? message : message.message);
    this.errors = errors;
  }
}
