/**
 * The group coordinator of a broker: consumer groups and committed offsets, for the groups whose partition of `__consumer_offsets` this
 * broker leads.
 *
 * Owns the runtime that holds one {@link GroupStateMachine} a partition. Finds the partition of a group, and turns whatever goes wrong into
 * the error code that the client of each operation understands; never rejects for a protocol outcome. Authorization is the API layer's.
 */
import type { Platform } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import type { ConsumerTimeouts } from '../../config/group-config.ts';
import type { Logger } from '../../logging.ts';
import { CoordinatorError } from '../runtime/coordinator-error.ts';
import type { CoordinatorLog } from '../runtime/coordinator-log.ts';
import { CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import type { TransactionEnd, WriteResult } from '../runtime/state-machine.ts';
import { coordinatorPartition } from '../coordinator-partition.ts';
import type { GroupCoordinatorConfig } from './config.ts';
import {
  consumerHeartbeatRefusal,
  type ConsumerHeartbeatAnswer,
  type ConsumerHeartbeatRequest,
} from './consumer/consumer-heartbeat.ts';
import type { TopicDirectory } from './consumer/topic-directory.ts';
import { groupRecordCodec, type GroupRecord } from './group-records.ts';
import { GroupStateMachine } from './group-state-machine.ts';
import type { ConsumerGroupDescription, GroupDescription, GroupOverview } from './group-view.ts';
import type { JoinRequest } from './join-group.ts';
import { joinRefusal, syncRefusal, type JoinAnswer, type SyncAnswer } from './member.ts';
import type { HeartbeatRequest, LeavingMember } from './membership.ts';
import type { CommitRequest, FetchedOffset, FetchingMember, TopicPartition } from './offsets.ts';
import type { SyncRequest } from './sync-group.ts';

export interface GroupCoordinatorOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly config: GroupCoordinatorConfig;
  /** `__consumer_offsets` */
  readonly log: CoordinatorLog;
  /** Partitions of `__consumer_offsets`; while it does not exist, as many as it will have (`offsets.topic.num.partitions`). */
  readonly partitionCount: () => number;
  /** Timeouts of a group's members of the consumer protocol; without it those of `config`. */
  readonly consumerTimeouts?: (groupId: string) => ConsumerTimeouts;
  /** The cluster's topics, for groups of the consumer protocol. */
  readonly topics: TopicDirectory;
}

/** Who reads offsets without being a member. */
const NO_MEMBER: FetchingMember = { memberId: null, memberEpoch: -1 };

/** An error code for the whole, or a value. */
export type Outcome<T> =
  | { readonly errorCode: 0; readonly value: T }
  | { readonly errorCode: number; readonly value: undefined };

export class GroupCoordinator {
  readonly #options: GroupCoordinatorOptions;
  readonly #runtime: CoordinatorRuntime<GroupRecord, GroupStateMachine>;
  #active = false;

  constructor(options: GroupCoordinatorOptions) {
    this.#options = options;
    const { platform, logger, config, log, topics } = options;
    const timeouts: ConsumerTimeouts = {
      sessionTimeoutMs: config.consumerSessionTimeoutMs,
      heartbeatIntervalMs: config.consumerHeartbeatIntervalMs,
    };
    const { consumerTimeouts = () => timeouts } = options;
    this.#runtime = new CoordinatorRuntime({
      platform,
      logger,
      log,
      codec: groupRecordCodec,
      compression: config.compression,
      writeTimeoutMs: config.offsetsCommitTimeoutMs,
      waitsForReplication: false,
      createMachine: (context) =>
        new GroupStateMachine({ platform, logger, config, topics, consumerTimeouts }, context),
    });
  }

  /** Requests are answered with COORDINATOR_NOT_AVAILABLE before. */
  start(): void {
    this.#active = true;
  }

  /** Unloads all groups; who waits is told NOT_COORDINATOR. Idempotent. */
  async close(): Promise<void> {
    this.#active = false;
    await this.#runtime.close();
  }

  // --- leadership -----------------------------------------------------------------------------------------------------------

  /** This broker leads a partition of `__consumer_offsets`: its groups are loaded. */
  onElected(partition: number, leaderEpoch: number): void {
    this.#runtime.onElected(partition, leaderEpoch);
  }

  /** This broker leads the partition no more. An epoch older than that of the election makes it out of date. */
  onResigned(partition: number, leaderEpoch?: number): void {
    this.#runtime.onResigned(partition, leaderEpoch);
  }

  /** Resolves when nothing is being loaded. */
  async loaded(): Promise<void> {
    await this.#runtime.loaded();
  }

  /** Forgets the offsets of topics that were deleted. What cannot be written now is dropped by retention later. */
  async onTopicsDeleted(topics: Iterable<string>): Promise<void> {
    const deleted = new Set(topics);
    const removals = this.#runtime
      .activePartitions()
      .map((partition) => this.#runtime.write(partition, (groups) => groups.removeTopics(deleted)));
    for (const removal of await Promise.allSettled(removals)) {
      if (removal.status === 'fulfilled') continue;
      if (!(removal.reason instanceof CoordinatorError)) throw removal.reason;
      this.#options.logger.warn({ err: removal.reason }, 'offsets of deleted topics not removed');
    }
  }

  /** Topics came, went or grew: groups that are subscribed to them find out with the next heartbeat. */
  onTopicsChanged(topics: Iterable<string>): void {
    const changed = new Set(topics);
    this.#runtime.readAll((groups) => groups.onTopicsChanged(changed));
  }

  /** Whether members of the consumer protocol are served. */
  get isConsumerProtocolEnabled(): boolean {
    return this.#options.config.isConsumerProtocolEnabled;
  }

  /** The partition of `__consumer_offsets` that a group belongs to. */
  partitionFor(groupId: string): number {
    return coordinatorPartition(groupId, this.#options.partitionCount());
  }

  // --- membership -----------------------------------------------------------------------------------------------------------

  async join(request: JoinRequest): Promise<JoinAnswer> {
    const { sessionTimeoutMsMin, sessionTimeoutMsMax } = this.#options.config;
    const { sessionTimeoutMs } = request.terms;
    const { groupId, memberId } = request;
    if (groupId === '') return joinRefusal(memberId, ErrorCode.INVALID_GROUP_ID);
    if (sessionTimeoutMs < sessionTimeoutMsMin || sessionTimeoutMs > sessionTimeoutMsMax) {
      return joinRefusal(memberId, ErrorCode.INVALID_SESSION_TIMEOUT);
    }
    return await this.#answerLater<JoinAnswer>(
      groupId,
      (groups, reply) => groups.join(request, reply),
      (errorCode) => joinRefusal(memberId, errorCode),
    );
  }

  async sync(request: SyncRequest): Promise<SyncAnswer> {
    if (request.groupId === '') return syncRefusal(ErrorCode.INVALID_GROUP_ID);
    return await this.#answerLater<SyncAnswer>(
      request.groupId,
      (groups, reply) => groups.sync(request, reply),
      (errorCode) =>
        // The rebalance under way is lost with the old coordinator: the member has to join again. Old clients do not know LOAD_IN_PROGRESS here.
        syncRefusal(
          errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
            ? ErrorCode.REBALANCE_IN_PROGRESS
            : errorCode,
        ),
    );
  }

  /** Resolves with an error code. */
  async heartbeat(request: HeartbeatRequest): Promise<number> {
    if (request.groupId === '') return ErrorCode.INVALID_GROUP_ID;
    const outcome = await this.#write(request.groupId, (groups) => groups.heartbeat(request));
    // While the group is loaded nobody is timed out, so the member may as well stay where it is.
    if (outcome.errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) return ErrorCode.NONE;
    return outcome.value ?? outcome.errorCode;
  }

  /** The heartbeat of the consumer protocol (KIP-848). */
  async consumerHeartbeat(request: ConsumerHeartbeatRequest): Promise<ConsumerHeartbeatAnswer> {
    if (!this.#active) {
      return consumerHeartbeatRefusal(ErrorCode.COORDINATOR_NOT_AVAILABLE, null);
    }
    try {
      return await this.#runtime.write(this.partitionFor(request.groupId), (groups) =>
        groups.consumerHeartbeat(request),
      );
    } catch (error) {
      const message = error instanceof CoordinatorError ? error.message : null;
      return consumerHeartbeatRefusal(errorCodeOf(error), message);
    }
  }

  /** One error code a member. */
  async leave(groupId: string, members: readonly LeavingMember[]): Promise<Outcome<number[]>> {
    if (groupId === '') return failed(ErrorCode.INVALID_GROUP_ID);
    return await this.#write(groupId, (groups) => groups.leave(groupId, members));
  }

  // --- offsets --------------------------------------------------------------------------------------------------------------

  /** One error code an offset. */
  async commitOffsets(request: CommitRequest): Promise<number[]> {
    const outcome = await this.#write(request.groupId, (groups) => groups.commitOffsets(request));
    if (outcome.value !== undefined) return outcome.value;
    const errorCode = commitErrorCode(outcome.errorCode);
    return request.offsets.map(() => errorCode);
  }

  /** A transaction that wrote offsets to a partition of `__consumer_offsets` has ended: they count, or are forgotten. Resolves with an error code. */
  async endTransaction(partition: number, end: TransactionEnd): Promise<number> {
    try {
      await this.#runtime.endTransaction(partition, end);
      return ErrorCode.NONE;
    } catch (error) {
      return markerErrorCode(errorCodeOf(error));
    }
  }

  /**
   * Offsets of the partitions asked for, or of all when null. With `requireStable` it waits for what is being committed, and what an open
   * transaction may change is UNSTABLE_OFFSET_COMMIT.
   */
  async fetchOffsets(
    groupId: string,
    partitions: readonly TopicPartition[] | null,
    requireStable: boolean,
    member: FetchingMember = NO_MEMBER,
  ): Promise<Outcome<FetchedOffset[]>> {
    if (requireStable) {
      return await this.#write(groupId, (groups) =>
        groups.fetchStableOffsets(groupId, partitions, member),
      );
    }
    return this.#read(groupId, (groups) => groups.fetchOffsets(groupId, partitions, member));
  }

  /** One error code a partition. */
  async deleteOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
  ): Promise<Outcome<number[]>> {
    if (groupId === '') return failed(ErrorCode.INVALID_GROUP_ID);
    const { errorCode, value } = await this.#write(groupId, (groups) =>
      groups.deleteOffsets(groupId, partitions),
    );
    if (value === undefined) return failed(errorCode);
    return typeof value === 'number' ? failed(value) : { errorCode: ErrorCode.NONE, value };
  }

  // --- administration -------------------------------------------------------------------------------------------------------

  /** All groups that are loaded; COORDINATOR_LOAD_IN_PROGRESS beside them when there may be more. */
  list(): { errorCode: number; groups: GroupOverview[] } {
    if (!this.#active) return { errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, groups: [] };
    const { values, loading } = this.#runtime.readAll((groups) => groups.list());
    const errorCode = loading ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : ErrorCode.NONE;
    return { errorCode, groups: values.flat() };
  }

  /** A group that does not exist is `Dead`. */
  describe(groupId: string): Outcome<GroupDescription> {
    return this.#read(groupId, (groups) => groups.describe(groupId));
  }

  /** A group of the consumer protocol; GROUP_ID_NOT_FOUND for any other. */
  describeConsumerGroup(groupId: string): Outcome<ConsumerGroupDescription> {
    const { errorCode, value } = this.#read(groupId, (groups) =>
      groups.describeConsumerGroup(groupId),
    );
    if (errorCode !== ErrorCode.NONE) return failed(errorCode);
    return value === undefined
      ? failed(ErrorCode.GROUP_ID_NOT_FOUND)
      : { errorCode: ErrorCode.NONE, value };
  }

  /** Resolves with an error code. */
  async delete(groupId: string): Promise<number> {
    const outcome = await this.#write(groupId, (groups) => groups.deleteGroup(groupId));
    return outcome.value ?? outcome.errorCode;
  }

  // --------------------------------------------------------------------------------------------------------------------------

  #read<T>(groupId: string, look: (groups: GroupStateMachine) => T): Outcome<T> {
    if (!this.#active) return failed(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    try {
      const value = this.#runtime.read(this.partitionFor(groupId), look);
      return { errorCode: ErrorCode.NONE, value };
    } catch (error) {
      return failed(errorCodeOf(error));
    }
  }

  async #write<T>(
    groupId: string,
    decide: (groups: GroupStateMachine) => WriteResult<GroupRecord, T>,
  ): Promise<Outcome<T>> {
    if (!this.#active) return failed(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    try {
      const value = await this.#runtime.write(this.partitionFor(groupId), decide);
      return { errorCode: ErrorCode.NONE, value };
    } catch (error) {
      return failed(errorCodeOf(error));
    }
  }

  /**
   * For operations that are answered when the group is ready. Once the machine has taken one in it sees to the answer, whatever becomes of
   * the records; only what never reached it is refused here.
   */
  async #answerLater<T>(
    groupId: string,
    decide: (
      groups: GroupStateMachine,
      reply: (answer: T) => void,
    ) => WriteResult<GroupRecord, void>,
    refuse: (errorCode: number) => T,
  ): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      let taken = false;
      const write = this.#write(groupId, (groups) => {
        taken = true;
        return decide(groups, resolve);
      });
      write.then((outcome) => {
        if (!taken) resolve(refuse(outcome.errorCode));
      }, reject);
    });
  }
}

function failed(errorCode: number): { errorCode: number; value: undefined } {
  return { errorCode, value: undefined };
}

function errorCodeOf(error: unknown): number {
  if (!(error instanceof CoordinatorError)) throw error;
  // What is not replicated in time may be yet; clients of groups know only this code for "try again".
  return error.errorCode === ErrorCode.REQUEST_TIMED_OUT
    ? ErrorCode.COORDINATOR_NOT_AVAILABLE
    : error.errorCode;
}

/** A transaction coordinator sends markers to leaders and knows only their errors: that the offsets are still being loaded is no reason to give up. */
function markerErrorCode(errorCode: number): number {
  switch (errorCode) {
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.NOT_COORDINATOR:
      return ErrorCode.NOT_LEADER_OR_FOLLOWER;
    default:
      return errorCode;
  }
}

/** A commit that the log finds too large gets a code of its own. */
function commitErrorCode(errorCode: number): number {
  switch (errorCode) {
    case ErrorCode.MESSAGE_TOO_LARGE:
    case ErrorCode.RECORD_LIST_TOO_LARGE:
    case ErrorCode.INVALID_FETCH_SIZE:
      return ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
    default:
      return errorCode;
  }
}
