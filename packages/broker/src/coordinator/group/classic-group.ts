/**
 * A classic group: its members, its state, its generation.
 *
 * Owns the bookkeeping and its invariants: who is awaited, who leads, which protocols all members share. When a rebalance starts
 * and ends is decided in `rebalance.ts`; nothing here sets timers or writes records.
 */
import { ErrorCode } from '@zurau/protocol';
import { mayBecome, type GroupState } from './group-state.ts';
import {
  joinRefusal,
  syncRefusal,
  type JoinAnswer,
  type Member,
  type MemberProtocol,
  type MemberTerms,
  type Reply,
  type SyncAnswer,
} from './member.ts';
import { subscribedTopics } from './subscribed-topics.ts';

/** Protocol type of consumers. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer';

/** What was stored of a group, for one that is loaded. */
export interface StoredGroup {
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leaderId: string | null;
  readonly stateSinceMs: number | undefined;
  readonly members: readonly Member[];
}

export class ClassicGroup {
  readonly kind = 'classic';
  readonly id: string;
  generationId = 0;
  /** Null for a group that only stores offsets. */
  protocolType: string | null = null;
  protocolName: string | null = null;
  leaderId: string | null = null;
  /** Undefined when an old record did not say. */
  stateSinceMs: number | undefined;
  /** A member joined since the initial rebalance delay was last extended. */
  newMemberAdded = false;
  #state: GroupState = 'Empty';
  #previousState: GroupState = 'Empty';
  #subscribedTopics: ReadonlySet<string> | undefined;
  #awaitingJoinCount = 0;
  readonly #members = new Map<string, Member>();
  readonly #memberIdByInstance = new Map<string, string>();
  readonly #pendingMemberIds = new Set<string>();
  readonly #pendingSyncIds = new Set<string>();
  /** How many members support each protocol. */
  readonly #support = new Map<string, number>();

  constructor(id: string, nowMs: number) {
    this.id = id;
    this.stateSinceMs = nowMs;
  }

  /** A group as its last metadata record describes it: Stable with members, Empty without. */
  static load(id: string, stored: StoredGroup): ClassicGroup {
    const group = new ClassicGroup(id, 0);
    group.generationId = stored.generationId;
    group.protocolType = stored.protocolType;
    group.protocolName = stored.protocolName;
    group.leaderId = stored.leaderId;
    group.stateSinceMs = stored.stateSinceMs;
    group.#state = stored.members.length === 0 ? 'Empty' : 'Stable';
    for (const member of stored.members) group.#insert(member);
    group.#subscribedTopics = group.#computeSubscribedTopics();
    return group;
  }

  get state(): GroupState {
    return this.#state;
  }

  /** The state before the current one; tells an initial rebalance from a later one. */
  get previousState(): GroupState {
    return this.#previousState;
  }

  get members(): IterableIterator<Member> {
    return this.#members.values();
  }

  get size(): number {
    return this.#members.size;
  }

  get awaitingJoinCount(): number {
    return this.#awaitingJoinCount;
  }

  /** Members that were given an id and have not joined with it yet (KIP-394). */
  get pendingMemberCount(): number {
    return this.#pendingMemberIds.size;
  }

  /** Members that have not sent their SyncGroup in this generation. */
  get pendingSyncIds(): ReadonlySet<string> {
    return this.#pendingSyncIds;
  }

  get hasAllMembersJoined(): boolean {
    return this.#members.size === this.#awaitingJoinCount && this.#pendingMemberIds.size === 0;
  }

  /** The longest of the members' rebalance timeouts. */
  get rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const member of this.members) longest = Math.max(longest, member.terms.rebalanceTimeoutMs);
    return longest;
  }

  is(...states: readonly GroupState[]): boolean {
    return states.includes(this.#state);
  }

  become(state: GroupState, nowMs: number): void {
    if (!mayBecome(this.#state, state)) {
      throw new Error(`group ${this.id} cannot go from ${this.#state} to ${state}`);
    }
    this.#previousState = this.#state;
    this.#state = state;
    this.stateSinceMs = nowMs;
  }

  member(memberId: string): Member | undefined {
    return this.#members.get(memberId);
  }

  /** Current member id of a static member. */
  staticMemberId(instanceId: string): string | undefined {
    return this.#memberIdByInstance.get(instanceId);
  }

  isPendingMember(memberId: string): boolean {
    return this.#pendingMemberIds.has(memberId);
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId;
  }

  /**
   * The member that a request speaks for, or why it may not: UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another process has taken
   * the static member's place (KIP-345).
   */
  validate(memberId: string, instanceId: string | null): Member | number {
    if (instanceId !== null) {
      const current = this.#memberIdByInstance.get(instanceId);
      if (current === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
      if (current !== memberId) return ErrorCode.FENCED_INSTANCE_ID;
    }
    return this.#members.get(memberId) ?? ErrorCode.UNKNOWN_MEMBER_ID;
  }

  /** Whether a member with these protocols can be in one group with those that are here. */
  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.#state === 'Empty') return protocolType !== '' && protocols.length > 0;
    return (
      this.protocolType === protocolType &&
      protocols.some(({ name }) => (this.#support.get(name) ?? 0) === this.#members.size)
    );
  }

  addPendingMember(memberId: string): void {
    if (this.#members.has(memberId)) throw new Error(`${memberId} is a member already`);
    this.#pendingMemberIds.add(memberId);
  }

  removePendingMember(memberId: string): void {
    this.#pendingMemberIds.delete(memberId);
  }

  /** Takes in a member that awaits the end of the join phase. */
  add(member: Member, protocolType: string, reply: Reply<JoinAnswer>): void {
    if (this.#members.size === 0) this.protocolType = protocolType;
    if (this.protocolType !== protocolType) throw new Error('members of two protocol types');
    this.leaderId ??= member.id;
    this.#insert(member);
    this.#pendingMemberIds.delete(member.id);
    this.awaitJoin(member, reply);
  }

  /** Removes a member, or one that was pending. Who waits must have been answered before. */
  remove(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member !== undefined) {
      this.#members.delete(memberId);
      this.#countSupport(member.terms.protocols, -1);
      if (member.isAwaitingJoin) this.#awaitingJoinCount--;
      if (member.instanceId !== null) this.#memberIdByInstance.delete(member.instanceId);
    }
    if (this.isLeader(memberId)) this.leaderId = firstKey(this.#members);
    this.#pendingMemberIds.delete(memberId);
    this.#pendingSyncIds.delete(memberId);
  }

  /** Takes over what a member states in a new join. */
  update(member: Member, terms: MemberTerms): void {
    this.#countSupport(member.terms.protocols, -1);
    member.terms = terms;
    this.#countSupport(terms.protocols, 1);
  }

  /** Gives a static member a new id; whoever still waits under the old one is fenced. */
  replaceStaticMember(member: Member, newMemberId: string): void {
    if (member.instanceId === null) throw new Error(`${member.id} is not a static member`);
    const oldMemberId = member.id;
    this.answerJoin(member, joinRefusal(oldMemberId, ErrorCode.FENCED_INSTANCE_ID));
    this.answerSync(member, syncRefusal(ErrorCode.FENCED_INSTANCE_ID));
    this.#members.delete(oldMemberId);
    member.id = newMemberId;
    this.#members.set(newMemberId, member);
    this.#memberIdByInstance.set(member.instanceId, newMemberId);
    if (this.#pendingSyncIds.delete(oldMemberId)) this.#pendingSyncIds.add(newMemberId);
    if (this.isLeader(oldMemberId)) this.leaderId = newMemberId;
  }

  /** The member's join waits for the end of the join phase; a join of it that waited before is superseded and gets no answer. */
  awaitJoin(member: Member, reply: Reply<JoinAnswer>): void {
    if (!member.isAwaitingJoin) this.#awaitingJoinCount++;
    member.joinReply = reply;
  }

  /** Answers the member's join, if it waits. */
  answerJoin(member: Member, answer: JoinAnswer): void {
    const reply = member.joinReply;
    if (reply === undefined) return;
    member.joinReply = undefined;
    this.#awaitingJoinCount--;
    reply(answer);
  }

  /** Answers the member's sync; false when it does not wait. */
  answerSync(member: Member, answer: SyncAnswer): boolean {
    const reply = member.syncReply;
    if (reply === undefined) return false;
    member.syncReply = undefined;
    reply(answer);
    return true;
  }

  /** Makes sure that the leader has joined; false when no member has, so that nobody could compute an assignment. */
  electJoinedLeader(): boolean {
    if (this.leaderId === null) return false;
    if (this.#members.get(this.leaderId)?.isAwaitingJoin === true) return true;
    for (const member of this.members) {
      if (!member.isAwaitingJoin) continue;
      this.leaderId = member.id;
      return true;
    }
    return false;
  }

  /** Ends the join phase: with the members that are here, or with none. */
  startGeneration(nowMs: number): void {
    this.generationId++;
    this.protocolName = this.#members.size === 0 ? null : this.selectProtocol();
    this.#subscribedTopics = this.#computeSubscribedTopics();
    this.become(this.#members.size === 0 ? 'Empty' : 'CompletingRebalance', nowMs);
    this.clearPendingSyncs();
  }

  /** The protocol that all members support and most prefer; between equals the one that was named first. */
  selectProtocol(): string {
    const candidates = new Set<string>();
    for (const [name, count] of this.#support) {
      if (count === this.#members.size) candidates.add(name);
    }
    const votes = new Map<string, number>();
    for (const member of this.members) {
      const vote = member.vote(candidates);
      votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
    let winner: string | undefined;
    for (const [name, count] of votes) {
      if (winner === undefined || count > (votes.get(winner) ?? 0)) winner = name;
    }
    if (winner === undefined) throw new Error(`group ${this.id} has no members to vote`);
    return winner;
  }

  awaitSync(memberId: string): void {
    if (!this.#members.has(memberId)) throw new Error(`${memberId} is not a member`);
    this.#pendingSyncIds.add(memberId);
  }

  /** The member has sent its SyncGroup. */
  noteSync(memberId: string): void {
    this.#pendingSyncIds.delete(memberId);
  }

  clearPendingSyncs(): void {
    this.#pendingSyncIds.clear();
  }

  /** True too when the group does not know what its members are subscribed to. */
  isSubscribedTo(topic: string): boolean {
    return this.#subscribedTopics?.has(topic) ?? true;
  }

  /** Undefined when unknown: no consumers, or subscriptions that are not in the consumer protocol's format. */
  get subscribedTopics(): ReadonlySet<string> | undefined {
    return this.#subscribedTopics;
  }

  #insert(member: Member): void {
    if (member.instanceId !== null) {
      if (this.#memberIdByInstance.has(member.instanceId)) {
        throw new Error(`static member ${member.instanceId} is in group ${this.id} already`);
      }
      this.#memberIdByInstance.set(member.instanceId, member.id);
    }
    this.#members.set(member.id, member);
    this.#countSupport(member.terms.protocols, 1);
  }

  /** A name that a member lists twice counts once. */
  #countSupport(protocols: readonly MemberProtocol[], by: 1 | -1): void {
    for (const name of new Set(protocols.map((protocol) => protocol.name))) {
      const count = (this.#support.get(name) ?? 0) + by;
      if (count === 0) this.#support.delete(name);
      else this.#support.set(name, count);
    }
  }

  #computeSubscribedTopics(): ReadonlySet<string> | undefined {
    if (this.protocolType !== CONSUMER_PROTOCOL_TYPE) return undefined;
    if (this.#members.size === 0) return new Set();
    const name = this.protocolName;
    if (name === null) return undefined;
    return subscribedTopics([...this.members].map((member) => member.metadata(name)));
  }
}

function firstKey(map: ReadonlyMap<string, unknown>): string | null {
  for (const key of map.keys()) return key;
  return null;
}
