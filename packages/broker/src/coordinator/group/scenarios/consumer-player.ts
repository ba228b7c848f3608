/**
 * A member of the consumer protocol in a transcript, with a client's manners: it takes over what it is given, gives up what it is not given any
 * more, and says so with its next heartbeat. One that holds on keeps what it has and says nothing.
 */
import { ErrorCode, errorName } from '@zurau/protocol';
import type { ConsumerHeartbeatAnswer } from '../consumer/consumer-heartbeat.ts';
import type { TopicPartitionList } from '../consumer/partitions.ts';
import type { TopicDirectory } from '../consumer/topic-directory.ts';
import type { GroupCoordinator } from '../group-coordinator.ts';

export interface Subscription {
  readonly topics: readonly string[] | null;
  readonly regex: string | null;
  readonly assignor: string | null;
  readonly rebalanceTimeoutMs: number;
}

export class ConsumerPlayer {
  readonly name: string;
  memberId: string;
  instanceId: string | null = null;
  epoch = 0;
  holdsOn = false;
  heartbeats = false;
  readonly #groupId: string;
  #owned: readonly TopicPartitionList[] = [];
  #hasNews = false;

  constructor(name: string, groupId: string) {
    this.name = name;
    this.memberId = name;
    this.#groupId = groupId;
  }

  async join(groups: GroupCoordinator, subscription: Subscription): Promise<string> {
    this.epoch = 0;
    this.#owned = [];
    return await this.#send(groups, this.epoch, subscription, []);
  }

  /** `epoch` is said instead of its own; `subscription` when it is new. */
  async beat(
    groups: GroupCoordinator,
    epoch: number = this.epoch,
    subscription?: Subscription,
  ): Promise<string> {
    const owned = this.#hasNews && !this.holdsOn ? this.#owned : null;
    return await this.#send(groups, epoch, subscription, owned);
  }

  async leave(groups: GroupCoordinator, isComingBack: boolean): Promise<string> {
    this.#owned = [];
    return await this.#send(groups, isComingBack ? -2 : -1, undefined, null);
  }

  owns(topics: TopicDirectory): string {
    return shareText(this.#owned, topics);
  }

  async #send(
    groups: GroupCoordinator,
    epoch: number,
    subscription: Subscription | undefined,
    owned: readonly TopicPartitionList[] | null,
  ): Promise<string> {
    const answer = await groups.consumerHeartbeat({
      groupId: this.#groupId,
      memberId: this.memberId,
      memberEpoch: epoch,
      instanceId: this.instanceId,
      rackId: null,
      clientId: this.name,
      clientHost: '/10.0.0.1',
      rebalanceTimeoutMs: subscription?.rebalanceTimeoutMs ?? -1,
      subscribedTopics: subscription?.topics ?? null,
      subscribedRegex: subscription?.regex ?? null,
      assignor: subscription?.assignor ?? null,
      owned,
      bringsMemberId: true,
    });
    if (owned !== null) this.#hasNews = false;
    return this.#take(answer);
  }

  #take({ errorCode, memberEpoch, assignment }: ConsumerHeartbeatAnswer): string {
    if (errorCode !== ErrorCode.NONE) return errorName(errorCode);
    this.epoch = memberEpoch;
    if (memberEpoch < 0) return 'gone';
    if (assignment !== null) {
      this.#owned = assignment;
      this.#hasNews = true;
    }
    return `epoch ${memberEpoch}`;
  }
}

/** `payments/0,1 refunds/0`, or `nothing`. */
export function shareText(share: readonly TopicPartitionList[], topics: TopicDirectory): string {
  const parts = share.map(
    ({ topicId, partitions }) => `${topics.byId(topicId)?.name ?? '?'}/${partitions.join(',')}`,
  );
  return parts.toSorted().join(' ') || 'nothing';
}
