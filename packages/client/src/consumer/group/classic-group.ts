/**
 * Membership in a group by the classic protocol: carries out what {@link ClassicMembership} decides.
 *
 * Three activities, none of which waits for another's work:
 * - steps, in a poll: giving up partitions before a join, taking over an assignment after it, with the user's callbacks;
 * - the join: JoinGroup and SyncGroup, again and again until it succeeds;
 * - the watch: heartbeats, whether the user gets on, whether topics changed.
 */
import { DecodeError, type JoinGroupResponse } from '@zurau/protocol';
import { abortable, sleep } from '../../cluster/retry.ts';
import { clientError, KafkaError, toKafkaError } from '../../errors.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import type { PartitionAssignor, RebalanceProtocol } from '../assignors/assignor.ts';
import { commonProtocols, createAssignors } from '../assignors/built-in.ts';
import { ClassicMembership, type MemberIdentity, type Verdict } from './classic-membership.ts';
import { ClassicRequests } from './classic-requests.ts';
import { CoordinatorLink } from './coordinator-link.ts';
import type { GroupHost, GroupInfo, GroupMember, LeaveOptions } from './group-member.ts';
import { GroupTopics } from './group-topics.ts';
import { LeadersWork, type MemberAssignment } from './leaders-work.ts';
import { Pulse } from './pulse.ts';
import { RebalanceCallbacks, without } from './rebalance-callbacks.ts';
import { Steps } from './steps.ts';
import type { Subscription } from './subscription.ts';
import { decodeAssignment } from './subscription-codec.ts';

/** A coordinator gives an id at once; one that does not is too old to, or gone. */
const LEARN_ID_MS = 2_000;
export class ClassicGroup implements GroupMember {
  readonly #host: GroupHost;
  readonly #groupId: string;
  readonly #instanceId: string | null;
  readonly #membership: ClassicMembership;
  readonly #assignors: readonly PartitionAssignor[];
  readonly #protocol: RebalanceProtocol;
  readonly #link: CoordinatorLink;
  readonly #requests: ClassicRequests;
  readonly #lead: LeadersWork;
  readonly #topics: GroupTopics;
  readonly #callbacks: RebalanceCallbacks;
  readonly #pulse: Pulse;
  readonly #closing = new AbortController();
  /** Joins no more. */
  #stopping = false;
  #subscription: Subscription | undefined;
  /** The topics told to the coordinator in the last JoinGroup. */
  #joinedWith: readonly string[] = [];
  readonly #steps: Steps = new Steps();
  #joining: Promise<void> | undefined;
  /** What the last SyncGroup brought, until a step takes it over. */
  #arrived: readonly TopicPartition[] | undefined;
  #failure: KafkaError | undefined;
  #joinStartedMs = 0;
  #lastHeartbeatMs: number | undefined;
  #closed: Promise<void> | undefined;

  constructor(host: GroupHost) {
    const { config, cluster } = host;
    this.#host = host;
    this.#groupId = config.groupId;
    this.#instanceId = config.groupInstanceId === '' ? null : config.groupInstanceId;
    this.#membership = new ClassicMembership(config.groupId, this.#instanceId !== null);
    this.#assignors = createAssignors(config.partitionAssignmentStrategy);
    this.#protocol = commonProtocols(this.#assignors)[0] ?? 'eager';
    this.#link = new CoordinatorLink(cluster, config.groupId);
    this.#requests = new ClassicRequests(this.#link, config, this.#assignors);
    this.#lead = new LeadersWork(this.#assignors, this.#protocol);
    this.#topics = new GroupTopics(cluster, config.excludeInternalTopics);
    this.#callbacks = new RebalanceCallbacks(host, config.groupId);
    this.#pulse = new Pulse(cluster.platform, {
      intervalMs: config.heartbeatIntervalMs,
      patienceMs: config.maxPollIntervalMs,
      busySinceMs: () => host.busySinceMs(),
      beat: () => this.#beat(),
      onImpatient: () => this.#giveUp(),
    });
  }

  get identity(): MemberIdentity {
    return this.#membership.identity;
  }

  get info(): GroupInfo {
    const { state, leaderId, protocolName } = this.#membership;
    const settled = state === 'stable' && this.#arrived === undefined;
    return {
      state: state === 'out' ? 'out' : settled ? 'stable' : 'rebalancing',
      leaderId,
      protocolName,
      lastHeartbeatMs: this.#lastHeartbeatMs,
    };
  }

  subscribe(subscription: Subscription): void {
    this.#subscription = subscription;
    this.#failure = undefined;
    this.#membership.requestRejoin(
      this.#joinedWith.length === 0 ? 'initial join' : 'subscribed topics changed',
    );
    this.#host.wake();
  }

  enforceRebalance(reason: string): void {
    this.#membership.requestRejoin(reason);
    this.#host.wake();
  }

  step(): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#steps.take(() => this.#nextStep());
  }

  onTopicsChanged(): void {
    this.#checkTopics();
  }

  onCommitError(errorCode: number, askedAs: MemberIdentity): void {
    this.#follow(this.#membership.onCommitError(errorCode, askedAs));
  }

  get lost(): boolean {
    return this.#membership.lost;
  }

  close(options: LeaveOptions): Promise<void> {
    this.#closed ??= this.#close(options);
    return this.#closed;
  }

  #nextStep(): (() => Promise<void>) | undefined {
    if (this.#closing.signal.aborted) return undefined;
    const { lost, rejoinReason } = this.#membership;
    if (lost) return () => this.#loseAll();
    if (this.#arrived !== undefined) return () => this.#takeOver();
    const mayJoin = this.#subscription !== undefined && this.#joining === undefined;
    return rejoinReason !== undefined && mayJoin ? () => this.#prepare(rejoinReason) : undefined;
  }

  /** The group gave our partitions up without us. */
  async #loseAll(): Promise<void> {
    this.#membership.acceptLoss();
    await this.#callbacks.lose(this.#host.owned());
  }

  /** Before JoinGroup: gives up what may go to others by it. */
  async #prepare(reason: string): Promise<void> {
    this.#host.emit({ type: 'rebalancing', groupId: this.#groupId, reason });
    const owned = this.#host.owned();
    if (owned.length > 0) await this.#host.commitFinished();
    if (!this.#membership.lost) {
      const names = this.#topics.namesOf(this.#subscription as Subscription);
      const goes =
        this.#protocol === 'eager' ? owned : owned.filter(({ topic }) => !names.includes(topic));
      await this.#callbacks.revoke(goes).finally(() => this.#join(reason));
    }
  }

  /** After SyncGroup: gives up what was taken away, takes what is new. */
  async #takeOver(): Promise<void> {
    let assigned = this.#arrived ?? [];
    this.#arrived = undefined;
    const { generationId } = this.#membership.identity;
    const assignor = this.#assignor(this.#membership.protocolName);
    if (this.#subscription?.kind === 'names') {
      const { names } = this.#subscription;
      const strangers = assigned.filter(({ topic }) => !names.includes(topic));
      if (strangers.length > 0 && assignor?.givesUnsubscribed !== true) {
        // The leader went by a subscription that has changed since.
        this.#membership.requestRejoin('assignment does not match subscribed topics');
        return;
      }
      if (strangers.length > 0) {
        this.#emitUnsubscribed(assigned, names);
        assigned = without(assigned, strangers);
      }
    }
    const owned = this.#host.owned();
    const revoked = without(owned, assigned);
    const added = without(assigned, owned);
    if (revoked.length > 0) {
      await this.#host.commitFinished();
      this.#membership.requestRejoin('need to revoke partitions and re-join');
    }
    assignor?.onAssignment?.(assigned, generationId);
    await this.#callbacks.exchange(revoked, added);
    this.#emitJoined();
  }

  #join(reason: string): void {
    if (this.#closing.signal.aborted || this.#subscription === undefined) return;
    this.#membership.startJoin();
    this.#joinStartedMs = this.#nowMs();
    this.#pulse.rest();
    this.#joining = this.#joinUntilDone(reason)
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#fail(toKafkaError(error, `Joining group ${this.#groupId}`));
      })
      .finally(() => {
        this.#joining = undefined;
        this.#host.wake();
      });
  }

  async #joinUntilDone(reason: string): Promise<void> {
    for (let attempt = 0; !this.#stopping; attempt += 1) {
      const verdict = await this.#joinOnce(reason);
      if (verdict.kind === 'go-on') return;
      if (verdict.kind === 'fail') throw verdict.error;
      if (verdict.kind !== 'again') continue;
      if (verdict.moved) this.#link.forget();
      if (verdict.pauses) await this.#pause(attempt);
    }
  }

  async #joinOnce(reason: string): Promise<Verdict> {
    const { signal } = this.#closing;
    try {
      await this.#topics.load(this.#subscription as Subscription, signal);
      if (this.#stopping) return { kind: 'go-on' };
      const joined = await this.#sendJoin(reason);
      const verdict = this.#membership.onJoin(joined);
      if (verdict.kind !== 'go-on') return verdict;
      const assignments = await this.#assign(joined);
      const { identity } = this.#membership;
      const synced = await this.#requests.sync(identity, joined.protocolName, assignments, signal);
      const after = this.#membership.onSync(synced);
      if (after.kind !== 'go-on') return after;
      this.#arrived = decodeAssignment(synced.assignment);
      this.#lastHeartbeatMs = this.#nowMs();
      this.#pulse.start();
      return after;
    } catch (error) {
      if (error instanceof DecodeError) {
        throw clientError('PROTOCOL_VIOLATION', `Group ${this.#groupId}: ${error.message}`, error);
      }
      if (!(error instanceof KafkaError) || !error.retriable) throw error;
      return { kind: 'again', pauses: true, moved: true };
    }
  }

  async #sendJoin(reason: string): Promise<JoinGroupResponse> {
    const topics = this.#topics.namesOf(this.#subscription as Subscription);
    this.#joinedWith = topics;
    return await this.#requests.join(
      this.#membership.identity,
      { topics, owned: this.#membership.lost ? [] : this.#host.owned() },
      reason,
      this.#closing.signal,
    );
  }

  /** The leader's work; nothing in the others. */
  async #assign(joined: JoinGroupResponse): Promise<MemberAssignment[]> {
    if (this.#membership.isLeader) {
      return await this.#lead.assign(joined, this.#topics, this.#closing.signal);
    }
    this.#topics.forgetAssigned();
    return [];
  }

  #assignor(name: string | null): PartitionAssignor | undefined {
    return this.#assignors.find((candidate) => candidate.name === name);
  }

  /** One heartbeat. Resolves false when the next should come sooner than usual. */
  async #beat(): Promise<boolean> {
    this.#keepTopicsFresh();
    const askedAs = this.#membership.identity;
    if (this.#membership.state !== 'stable') return true;
    try {
      const { errorCode } = await this.#requests.heartbeat(askedAs, this.#closing.signal);
      const verdict = this.#membership.onHeartbeat(errorCode, askedAs);
      if (errorCode === 0) {
        this.#lastHeartbeatMs = this.#nowMs();
        this.#host.emit({ type: 'heartbeat', groupId: this.#groupId, ...askedAs });
      }
      this.#follow(verdict);
      return verdict.kind !== 'again';
    } catch (error) {
      if (this.#closing.signal.aborted) return true;
      const failure = toKafkaError(error, `Sending a heartbeat to group ${this.#groupId}`);
      if (failure.retriable) this.#link.forget();
      else this.#fail(failure);
      return false;
    }
  }

  /** The user takes longer than `maxPollIntervalMs`: others shall have the partitions. */
  #giveUp(): void {
    const { identity } = this.#membership;
    const reason = `consumer poll timeout has expired: maxPollIntervalMs (${this.#host.config.maxPollIntervalMs}) passed between two polls`;
    this.#membership.leave();
    this.#membership.requestRejoin(reason);
    this.#stopReading();
    this.#host.emit({ type: 'left', groupId: this.#groupId, reason });
    // A static member is to keep its place until its session ends.
    if (this.#instanceId !== null) return;
    this.#requests.leave(identity, reason, this.#host.config.requestTimeoutMs).catch(() => {});
  }

  #follow(verdict: Verdict): void {
    if (verdict.kind === 'fail') this.#fail(verdict.error);
    else if (verdict.kind === 'again' && verdict.moved) this.#link.forget();
    else if (verdict.kind === 'expelled') this.#stopReading();
    if (this.#membership.rejoinReason !== undefined) this.#host.wake();
  }

  /** What is assigned, or about to be, may be with others. */
  #stopReading(): void {
    this.#pulse.rest();
    this.#arrived = undefined;
    this.#host.hold(this.#host.owned());
  }

  /** For good, until the next `subscribe`: the next poll says so. */
  #fail(error: KafkaError): void {
    this.#failure = error;
    this.#membership.leave();
    this.#stopReading();
    this.#host.wake();
  }

  #keepTopicsFresh(): void {
    if (this.#subscription === undefined) return;
    this.#topics.keepFresh(this.#subscription);
    this.#checkTopics();
  }

  #checkTopics(): void {
    if (this.#subscription === undefined || this.#membership.state !== 'stable') return;
    const reason = this.#topics.changeSince(this.#subscription, this.#joinedWith);
    if (reason !== undefined) this.enforceRebalance(reason);
  }

  async #close({ leaveGroup, deadlineMs, reason }: LeaveOptions): Promise<void> {
    this.#pulse.rest();
    this.#stopping = true;
    await this.#learnMemberId(deadlineMs);
    this.#closing.abort(clientError('CLIENT_CLOSED', 'The consumer is closed.'));
    // Behind a JoinGroup that waits for the others, nothing would be answered.
    if (this.#joining !== undefined) await this.#link.close();
    await this.#joining;
    const { identity } = this.#membership;
    const leaves = leaveGroup ?? this.#instanceId === null;
    if (leaves && identity.memberId !== '') {
      const leftMs = deadlineMs - this.#nowMs();
      await this.#requests.leave(identity, reason, Math.max(1, leftMs)).catch(() => {});
      this.#host.emit({ type: 'left', groupId: this.#groupId, reason });
    }
    this.#membership.leave();
    await this.#link.close();
  }

  /** A coordinator that gave an id waits for its member, and so does the whole group, unless the member takes leave by that id (KIP-394). */
  async #learnMemberId(deadlineMs: number): Promise<void> {
    if (this.#joining === undefined || this.#membership.identity.memberId !== '') return;
    const late = new AbortController();
    const waitMs = Math.max(1, Math.min(LEARN_ID_MS, deadlineMs - this.#nowMs()));
    const timer = this.#host.cluster.platform.timers.after(waitMs, () => late.abort());
    await abortable(this.#joining, late.signal).catch(() => {});
    timer.cancel();
  }

  #emitJoined(): void {
    const { identity, isLeader, leaderId, protocolName } = this.#membership;
    this.#host.emit({
      type: 'joined',
      groupId: this.#groupId,
      ...identity,
      isLeader,
      leaderId,
      protocolName,
      partitions: this.#host.owned(),
      durationMs: this.#nowMs() - this.#joinStartedMs,
    });
  }

  #emitUnsubscribed(assigned: readonly TopicPartition[], subscribed: readonly string[]): void {
    this.#host.emit({
      type: 'unsubscribed-topics',
      groupId: this.#groupId,
      ...this.#membership.identity,
      assignedTopics: [...new Set(assigned.map(({ topic }) => topic))],
      subscribedTopics: subscribed,
    });
  }

  async #pause(attempt: number): Promise<void> {
    const { cluster } = this.#host;
    await sleep(cluster.platform, cluster.retryPauseMs(attempt), this.#closing.signal);
  }

  #nowMs(): number {
    return this.#host.cluster.platform.clock.monotonicMs();
  }
}
