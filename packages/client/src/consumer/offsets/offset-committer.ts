/**
 * Commits offsets, in the order in which they are given.
 *
 * One OffsetCommit is under way at a time, and is tried again while that may help. What is asked meanwhile gathers behind it, the newest offset
 * of a partition in place of older ones: so a commit never overtakes another, and what waits is bounded by the partitions there are.
 */
import { ErrorCode, offsetCommitApi } from '@zurau/protocol';
import type { Cluster } from '../../cluster/cluster.ts';
import { brokerError, KafkaError, notRetriable, toKafkaError } from '../../errors.ts';
import { groupBy } from '../../group-by.ts';
import { partitionName } from '../../topic-partition.ts';
import type { ConsumerConfig } from '../consumer-config.ts';
import type { MemberIdentity } from '../group/classic-membership.ts';
import type { CoordinatorLink } from '../group/coordinator-link.ts';
import type { OffsetToCommit } from './offset-to-commit.ts';

/** From 10 on topics go by id. */
const VERSIONS = { min: 2, max: 9 } as const;
/** Instance ids come with 7, member epochs with 9. */
const INSTANCE_VERSION_MIN = 7;

export interface CommitterOptions {
  readonly cluster: Cluster;
  readonly config: Required<ConsumerConfig>;
  readonly link: CoordinatorLink;
  /** As whom: the member, or nobody for assigned partitions; undefined for a member that is not in the group. */
  readonly identity: () => MemberIdentity | undefined;
  /** Whether what was refused because the generation passed may be committed in the next one: what it is about stayed ours. */
  readonly outlives: (askedAs: MemberIdentity, offsets: readonly OffsetToCommit[]) => boolean;
  readonly onRefused: (errorCode: number, askedAs: MemberIdentity) => void;
  readonly onCommitted: (offsets: readonly OffsetToCommit[]) => void;
}

interface Lot {
  readonly offsets: Map<string, OffsetToCommit>;
  readonly settled: Promise<void>;
}

export class OffsetCommitter {
  readonly #options: CommitterOptions;
  /** Gathers while another is under way. */
  #next: Lot | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Resolves when all of it is committed. Rejects when any of what it went out with could not be. */
  commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    if (offsets.length === 0) return this.#next?.settled ?? this.#running;
    const lot = this.#next ?? this.#startLot();
    for (const offset of offsets) {
      const name = partitionName(offset);
      // Last in, last in order.
      lot.offsets.delete(name);
      lot.offsets.set(name, offset);
    }
    return lot.settled;
  }

  /** What is under way is given up. */
  close(reason: KafkaError): void {
    this.#closing.abort(reason);
  }

  #startLot(): Lot {
    const offsets = new Map<string, OffsetToCommit>();
    const settled = this.#running
      .catch(() => {})
      .then(async () => {
        this.#next = undefined;
        await this.#send([...offsets.values()]);
      });
    settled.catch(() => {});
    this.#running = settled;
    this.#next = { offsets, settled };
    return this.#next;
  }

  async #send(offsets: readonly OffsetToCommit[]): Promise<void> {
    const { cluster, config, onCommitted } = this.#options;
    const about = `Committing offsets of group ${config.groupId}`;
    let refusal: KafkaError | undefined;
    await cluster.retrying(about, { signal: this.#closing.signal }, async () => {
      refusal = await this.#try(offsets, about);
    });
    if (refusal !== undefined) throw refusal;
    onCommitted(offsets);
  }

  /** Throws what may be tried again; returns what may not. */
  async #try(offsets: readonly OffsetToCommit[], about: string): Promise<KafkaError | undefined> {
    const { config, link, identity, outlives, onRefused } = this.#options;
    const askedAs = identity();
    // As nobody it might even succeed, once the group is empty.
    if (askedAs === undefined) return refusalOf(ErrorCode.UNKNOWN_MEMBER_ID, about);
    const instanceId = config.groupInstanceId;
    try {
      const response = await link.request(
        offsetCommitApi,
        (version) => ({
          groupId: config.groupId,
          generationIdOrMemberEpoch: askedAs.generationId,
          memberId: askedAs.memberId,
          ...(version >= INSTANCE_VERSION_MIN && instanceId !== '' && askedAs.memberId !== ''
            ? { groupInstanceId: instanceId }
            : {}),
          topics: byTopic(offsets),
        }),
        { signal: this.#closing.signal, versions: VERSIONS },
      );
      for (const { name, partitions } of response.topics) {
        for (const { partitionIndex, errorCode } of partitions) {
          if (errorCode === ErrorCode.NONE) continue;
          const at = partitionName({ topic: name, partition: partitionIndex });
          const error = refusalOf(errorCode, `${about}, ${at}`);
          if (errorCode === ErrorCode.ILLEGAL_GENERATION && outlives(askedAs, offsets)) {
            throw new KafkaError(error.code, error.message, { errorCode, retriable: true });
          }
          onRefused(errorCode, askedAs);
          if (isFinal(errorCode, identity() !== undefined)) return error;
          throw error;
        }
      }
      return undefined;
    } catch (error) {
      const failure = toKafkaError(error, about);
      // Without a code it is about the connection, and some codes are about the coordinator.
      if (failure.retriable && !isAboutMember(failure.errorCode)) link.forget();
      throw failure;
    }
  }
}

function byTopic(offsets: readonly OffsetToCommit[]) {
  return Array.from(
    groupBy(offsets, ({ topic }) => topic),
    ([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map(({ partition, offset, leaderEpoch, metadata }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: leaderEpoch ?? -1,
        committedMetadata: metadata ?? '',
      })),
    }),
  );
}

/** What the same commit cannot get over, whatever the code's general nature. */
function isFinal(errorCode: number, isMember: boolean): boolean {
  switch (errorCode) {
    case ErrorCode.STALE_MEMBER_EPOCH:
      // A heartbeat brings the new epoch, as long as we are a member.
      return !isMember;
    case ErrorCode.REBALANCE_IN_PROGRESS:
    case ErrorCode.ILLEGAL_GENERATION:
    case ErrorCode.UNKNOWN_MEMBER_ID:
    case ErrorCode.FENCED_INSTANCE_ID:
    case ErrorCode.FENCED_MEMBER_EPOCH:
      return true;
    default:
      return false;
  }
}

function isAboutMember(errorCode: number | undefined): boolean {
  return errorCode === ErrorCode.STALE_MEMBER_EPOCH || errorCode === ErrorCode.ILLEGAL_GENERATION;
}

function refusalOf(errorCode: number, about: string): KafkaError {
  switch (errorCode) {
    case ErrorCode.REBALANCE_IN_PROGRESS: {
      const advice =
        'the group is rebalancing. Poll, which takes part in it, and commit again what is still assigned.';
      const { code } = brokerError(errorCode, about);
      return new KafkaError(code, `${about}: ${advice}`, { errorCode, retriable: true });
    }
    case ErrorCode.ILLEGAL_GENERATION:
    case ErrorCode.UNKNOWN_MEMBER_ID:
    case ErrorCode.STALE_MEMBER_EPOCH:
    case ErrorCode.FENCED_MEMBER_EPOCH: {
      const advice =
        'the group has gone on without this member, and gave its partitions to others: they will read again what was not committed. ' +
        'Mostly the time between two polls was longer than maxPollIntervalMs.';
      const { code, message } = brokerError(errorCode, about, advice);
      const retriable = errorCode === ErrorCode.STALE_MEMBER_EPOCH;
      return new KafkaError(code, message, { errorCode, retriable });
    }
    case ErrorCode.FENCED_INSTANCE_ID:
      return notRetriable(
        brokerError(errorCode, about, 'another consumer uses the same groupInstanceId.'),
      );
    default:
      return brokerError(errorCode, about);
  }
}
