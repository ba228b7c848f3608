/**
 * Membership in a `consumer` group (KIP-848): carries out what {@link ConsumerMembership} decides.
 *
 * Two activities: heartbeats, which tell and hear everything, and steps, in a poll, which bring what the consumer has to what the coordinator says it
 * should have, with the user's callbacks. After a step the coordinator is told at once.
 */
import {
  consumerGroupHeartbeatApi,
  type ConsumerGroupHeartbeatResponse,
  ErrorCode,
} from '@zurau/protocol';
import { abortable } from '../../cluster/retry.ts';
import { clientError, KafkaError, toKafkaError } from '../../errors.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import type { MemberIdentity, Verdict } from './classic-membership.ts';
import {
  ConsumerMembership,
  LEAVE_EPOCH,
  OWN_ID_VERSION_MIN,
  type PartitionsById,
  STATIC_LEAVE_EPOCH,
} from './consumer-membership.ts';
import { CoordinatorLink } from './coordinator-link.ts';
import type { GroupHost, GroupInfo, GroupMember, LeaveOptions } from './group-member.ts';
import { GroupTopics } from './group-topics.ts';
import { Pulse } from './pulse.ts';
import { RebalanceCallbacks, without } from './rebalance-callbacks.ts';
import { Steps } from './steps.ts';
import type { Subscription } from './subscription.ts';

interface Target {
  readonly byId: PartitionsById;
  readonly partitions: readonly TopicPartition[];
}

/** Heartbeats are answered at once; a coordinator that does not is gone. */
const ANSWER_MS = 2_000;
/** Until the coordinator says how often it wants to hear from us. */
const INTERVAL_MS = 5_000;

export class ConsumerGroup implements GroupMember {
  readonly #host: GroupHost;
  readonly #groupId: string;
  readonly #instanceId: string | null;
  readonly #membership: ConsumerMembership;
  readonly #link: CoordinatorLink;
  readonly #topics: GroupTopics;
  readonly #callbacks: RebalanceCallbacks;
  readonly #pulse: Pulse;
  readonly #closing = new AbortController();
  readonly #steps: Steps = new Steps();
  #subscription: Subscription | undefined;
  #started = false;
  #failure: KafkaError | undefined;
  /** Names of the topics that we have partitions of, by id. */
  readonly #idOf: Map<string, string> = new Map();
  /** What the coordinator says we should have, by name, until a step brings us there. */
  #target: Target | undefined;
  #resolving: Promise<void> | undefined;
  #beating: Promise<boolean> | undefined;
  #joinStartedMs = 0;
  #lastHeartbeatMs: number | undefined;
  #closed: Promise<void> | undefined;

  constructor(host: GroupHost) {
    const { config, cluster } = host;
    this.#host = host;
    this.#groupId = config.groupId;
    this.#instanceId = config.groupInstanceId === '' ? null : config.groupInstanceId;
    this.#membership = new ConsumerMembership({
      groupId: config.groupId,
      instanceId: this.#instanceId,
      rackId: config.clientRack === '' ? null : config.clientRack,
      rebalanceTimeoutMs: config.maxPollIntervalMs,
      serverAssignor: config.groupRemoteAssignor === '' ? null : config.groupRemoteAssignor,
      ownMemberId: cluster.platform.random.uuid(),
    });
    this.#link = new CoordinatorLink(cluster, config.groupId);
    this.#topics = new GroupTopics(cluster, config.excludeInternalTopics);
    this.#callbacks = new RebalanceCallbacks(host, config.groupId);
    this.#pulse = new Pulse(cluster.platform, {
      intervalMs: INTERVAL_MS,
      patienceMs: config.maxPollIntervalMs,
      busySinceMs: () => host.busySinceMs(),
      beat: () => this.#beat(),
      onImpatient: () => this.#giveUp(),
    });
  }

  get identity(): MemberIdentity {
    return this.#membership.identity;
  }

  get lost(): boolean {
    return this.#membership.lost;
  }

  get info(): GroupInfo {
    const { isMember, target } = this.#membership;
    const isSettled = isMember && target === undefined;
    return {
      state: !this.#started ? 'out' : isSettled ? 'stable' : 'rebalancing',
      leaderId: '',
      protocolName: null,
      lastHeartbeatMs: this.#lastHeartbeatMs,
    };
  }

  subscribe(subscription: Subscription): void {
    this.#subscription = subscription;
    this.#failure = undefined;
    this.#pulse.hurry();
    this.#host.wake();
  }

  /** The coordinator decides when; it hears of us at once. */
  enforceRebalance(): void {
    this.#pulse.hurry();
  }

  step(): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#steps.take(() => this.#nextStep());
  }

  onTopicsChanged(): void {
    if (this.#membership.target !== undefined) void this.#resolve();
    if (this.#subscription?.kind === 'pattern') this.#pulse.hurry();
  }

  onCommitError(errorCode: number): void {
    // The next heartbeat brings the new epoch, or the bad news.
    switch (errorCode) {
      case ErrorCode.STALE_MEMBER_EPOCH:
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.FENCED_MEMBER_EPOCH:
        this.#pulse.hurry();
        break;
      default:
    }
  }

  close(options: LeaveOptions): Promise<void> {
    this.#closed ??= this.#close(options);
    return this.#closed;
  }

  #nextStep(): (() => Promise<void>) | undefined {
    if (this.#closing.signal.aborted) return undefined;
    if (this.#membership.lost) return () => this.#loseAll();
    if (!this.#started && this.#subscription !== undefined) return () => this.#start();
    const target = this.#target;
    return target === undefined ? undefined : () => this.#reconcile(target);
  }

  async #start(): Promise<void> {
    this.#started = true;
    this.#joinStartedMs = this.#nowMs();
    this.#host.emit({ type: 'rebalancing', groupId: this.#groupId, reason: 'initial join' });
    this.#pulse.start();
    this.#pulse.hurry();
  }

  async #loseAll(): Promise<void> {
    this.#membership.acceptLoss();
    this.#started = false;
    await this.#callbacks.lose(this.#host.owned());
  }

  /** Gives up what goes, takes what comes, and tells the coordinator. */
  async #reconcile({ byId, partitions }: Target): Promise<void> {
    this.#target = undefined;
    const owned = this.#host.owned();
    const revoked = without(owned, partitions);
    const added = without(partitions, owned);
    if (revoked.length > 0 || added.length > 0) {
      const reason = 'the coordinator changed the assignment';
      this.#host.emit({ type: 'rebalancing', groupId: this.#groupId, reason });
    }
    if (revoked.length > 0) await this.#host.commitFinished();
    // What was lost meanwhile is dealt with by another step.
    if (this.#membership.lost) return;
    try {
      if (revoked.length > 0 || added.length > 0) await this.#callbacks.exchange(revoked, added);
    } finally {
      this.#membership.acceptTarget(byId);
      this.#emitJoined();
      this.#pulse.hurry();
    }
  }

  async #beat(): Promise<boolean> {
    this.#beating = this.#beatOnce();
    return await this.#beating;
  }

  async #beatOnce(): Promise<boolean> {
    const subscription = this.#subscription;
    if (subscription === undefined) return true;
    try {
      if (this.#membership.isMember) this.#topics.keepFresh(subscription);
      else await this.#topics.load(subscription, this.#closing.signal);
      const askedAs = this.#membership.identity;
      const response = await this.#send(subscription);
      const verdict = this.#membership.onHeartbeat(response, askedAs);
      if (response.errorCode === ErrorCode.NONE) this.#onAnswer(response);
      this.#follow(verdict);
      return verdict.kind !== 'again' && verdict.kind !== 'expelled';
    } catch (error) {
      if (this.#closing.signal.aborted) return true;
      const failure = this.#explained(error);
      if (failure.retriable) this.#link.forget();
      else this.#fail(failure);
      return false;
    }
  }

  async #send(subscription: Subscription): Promise<ConsumerGroupHeartbeatResponse> {
    const { requestTimeoutMs } = this.#host.config;
    const names = subscription.kind === 're2' ? [] : this.#topics.namesOf(subscription);
    return await this.#link.request(
      consumerGroupHeartbeatApi,
      (version) => this.#membership.heartbeat(version, subscription, names, this.#ownedById()),
      {
        signal: this.#closing.signal,
        timeoutMs: requestTimeoutMs,
        versions: { min: subscription.kind === 're2' ? OWN_ID_VERSION_MIN : 0 },
      },
    );
  }

  #onAnswer(response: ConsumerGroupHeartbeatResponse): void {
    this.#lastHeartbeatMs = this.#nowMs();
    if (response.heartbeatIntervalMs > 0) this.#pulse.setInterval(response.heartbeatIntervalMs);
    this.#host.emit({
      type: 'heartbeat',
      groupId: this.#groupId,
      ...this.#membership.identity,
    });
    if (this.#membership.target !== undefined) void this.#resolve();
  }

  /** The coordinator speaks of topic ids; the names may have to be asked for. */
  async #resolve(): Promise<void> {
    this.#resolving ??= this.#resolveNow().finally(() => (this.#resolving = undefined));
    await this.#resolving;
  }

  async #resolveNow(): Promise<void> {
    const { cluster } = this.#host;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { target } = this.#membership;
      if (target === undefined) return;
      const resolved = this.#named(target);
      if (resolved !== undefined) {
        this.#target = { byId: target, partitions: resolved };
        this.#host.wake();
        return;
      }
      try {
        if (this.#subscription?.kind === 'names') {
          await cluster.refresh(this.#subscription.names, this.#closing.signal);
        } else {
          await cluster.refreshAll(this.#closing.signal);
        }
      } catch {
        // With the next heartbeat, or the next metadata.
        return;
      }
    }
  }

  /** Undefined while a topic is not known. */
  #named(target: PartitionsById): TopicPartition[] | undefined {
    const nameOf = new Map<string, string>();
    for (const { id, name } of this.#host.cluster.metadata.topics()) nameOf.set(id, name);
    const partitions: TopicPartition[] = [];
    for (const [id, numbers] of target) {
      const topic = nameOf.get(id);
      if (topic === undefined) return undefined;
      this.#idOf.set(topic, id);
      for (const partition of numbers) partitions.push({ topic, partition });
    }
    return partitions;
  }

  #ownedById(): PartitionsById {
    const owned = new Map<string, number[]>();
    for (const { topic, partition } of this.#host.owned()) {
      const id = this.#idOf.get(topic);
      if (id === undefined) continue;
      const numbers = owned.get(id);
      if (numbers === undefined) owned.set(id, [partition]);
      else numbers.push(partition);
    }
    return owned;
  }

  #follow(verdict: Verdict): void {
    if (verdict.kind === 'fail') this.#fail(verdict.error);
    else if (verdict.kind === 'again' && verdict.moved) this.#link.forget();
    else if (verdict.kind === 'expelled') this.#stopReading();
  }

  #fail(error: KafkaError): void {
    this.#failure = error;
    this.#membership.expel();
    this.#stopReading();
  }

  #stopReading(): void {
    this.#pulse.rest();
    this.#target = undefined;
    // Without a loss to tell, joining again is all there is to do.
    if (!this.#membership.lost) this.#started = false;
    this.#host.hold(this.#host.owned());
    this.#host.wake();
  }

  #giveUp(): void {
    const { identity } = this.#membership;
    const reason = `consumer poll timeout has expired: maxPollIntervalMs (${this.#host.config.maxPollIntervalMs}) passed between two polls`;
    this.#membership.expel();
    this.#stopReading();
    this.#host.emit({ type: 'left', groupId: this.#groupId, reason });
    const epoch = this.#instanceId === null ? LEAVE_EPOCH : STATIC_LEAVE_EPOCH;
    this.#sendLeave(identity, epoch, this.#host.config.requestTimeoutMs).catch(() => {});
  }

  async #close({ leaveGroup, deadlineMs, reason }: LeaveOptions): Promise<void> {
    this.#pulse.rest();
    await this.#awaitAnswer(deadlineMs);
    this.#closing.abort(clientError('CLIENT_CLOSED', 'The consumer is closed.'));
    await this.#beating;
    const { identity, isMember } = this.#membership;
    const leaves = leaveGroup ?? this.#instanceId === null;
    if (this.#started || isMember) {
      const epoch = leaves ? LEAVE_EPOCH : STATIC_LEAVE_EPOCH;
      const leftMs = Math.max(1, deadlineMs - this.#nowMs());
      // Only static members can go for a while; others that do not leave are found dead.
      if (leaves || this.#instanceId !== null) {
        await this.#sendLeave(identity, epoch, leftMs).catch(() => {});
      }
      this.#host.emit({ type: 'left', groupId: this.#groupId, reason });
    }
    this.#membership.expel();
    await this.#link.close();
  }

  /** A heartbeat that is not answered yet may make us a member, and tell us by which id to take leave. */
  async #awaitAnswer(deadlineMs: number): Promise<void> {
    if (this.#beating === undefined) return;
    const late = new AbortController();
    const waitMs = Math.max(1, Math.min(ANSWER_MS, deadlineMs - this.#nowMs()));
    const timer = this.#host.cluster.platform.timers.after(waitMs, () => late.abort());
    await abortable(this.#beating, late.signal).catch(() => {});
    timer.cancel();
  }

  async #sendLeave(identity: MemberIdentity, epoch: number, timeoutMs: number): Promise<void> {
    await this.#link.request(
      consumerGroupHeartbeatApi,
      {
        groupId: this.#groupId,
        memberId: identity.memberId,
        memberEpoch: epoch,
        instanceId: this.#instanceId,
      },
      { timeoutMs },
    );
  }

  #explained(error: unknown): KafkaError {
    const failure = toKafkaError(error, `Sending a heartbeat to group ${this.#groupId}`);
    if (failure.code !== 'VERSION_MISMATCH') return failure;
    const what =
      this.#subscription?.kind === 're2'
        ? 'an expression that the coordinator looks up'
        : 'groupProtocol "consumer" (KIP-848)';
    return new KafkaError(failure.code, `The cluster does not offer ${what}: ${failure.message}`, {
      cause: failure,
    });
  }

  #emitJoined(): void {
    this.#host.emit({
      type: 'joined',
      groupId: this.#groupId,
      ...this.#membership.identity,
      isLeader: false,
      leaderId: '',
      protocolName: null,
      partitions: this.#host.owned(),
      durationMs: this.#nowMs() - this.#joinStartedMs,
    });
  }

  #nowMs(): number {
    return this.#host.cluster.platform.clock.monotonicMs();
  }
}
