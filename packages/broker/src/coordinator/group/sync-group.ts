/**
 * SyncGroup on a classic group: the leader brings the assignment, everybody is told theirs once it is stored.
 */
import { ErrorCode } from '@zurau/protocol';
import type { ClassicGroup } from './classic-group.ts';
import { NO_EFFECTS, type Effects } from './effects.ts';
import type { GroupEnvironment } from './group-environment.ts';
import { groupSnapshotRecord } from './group-snapshot.ts';
import { NOTHING, syncRefusal, type Member, type Reply, type SyncAnswer } from './member.ts';
import type { Rebalance } from './rebalance.ts';

export interface SyncRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Null before version 5. */
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  /** From the leader, by member id. */
  readonly assignments: ReadonlyMap<string, Buffer>;
}

export class SyncGroup {
  readonly #env: GroupEnvironment;
  readonly #rebalance: Rebalance;

  constructor(env: GroupEnvironment, rebalance: Rebalance) {
    this.#env = env;
    this.#rebalance = rebalance;
  }

  /** Takes a sync in; `reply` is called once, now or later. */
  sync(group: ClassicGroup, request: SyncRequest, reply: Reply<SyncAnswer>): Effects {
    const member = validate(group, request);
    if (typeof member === 'number') {
      reply(syncRefusal(member));
      return NO_EFFECTS;
    }
    switch (group.state) {
      case 'Empty':
      case 'Dead':
        reply(syncRefusal(ErrorCode.UNKNOWN_MEMBER_ID));
        return NO_EFFECTS;
      case 'PreparingRebalance':
        reply(syncRefusal(ErrorCode.REBALANCE_IN_PROGRESS));
        return NO_EFFECTS;
      case 'CompletingRebalance':
        member.syncReply = reply;
        this.#rebalance.noteSync(group, member.id);
        return group.isLeader(member.id)
          ? this.#store(group, request.assignments, member.id)
          : NO_EFFECTS;
      case 'Stable':
        this.#rebalance.noteSync(group, member.id);
        this.#rebalance.restartSession(group, member);
        reply({
          errorCode: ErrorCode.NONE,
          protocolType: group.protocolType,
          protocolName: group.protocolName,
          assignment: member.assignment,
        });
        return NO_EFFECTS;
    }
  }

  /** Members that the leader forgot are given nothing. */
  #store(group: ClassicGroup, given: ReadonlyMap<string, Buffer>, leaderId: string): Effects {
    const { generationId } = group;
    const assignments = new Map(
      [...group.members].map((member) => [member.id, given.get(member.id) ?? NOTHING]),
    );
    return {
      records: [groupSnapshotRecord(group, assignments)],
      applied: true,
      onSettled: (errorCode) => {
        // A member may have joined or left in the meantime, and then this assignment is nobody's any more.
        if (!group.is('CompletingRebalance') || group.generationId !== generationId) return;
        if (errorCode === undefined) {
          this.#rebalance.assign(group, assignments);
          return;
        }
        this.#env.logger.warn({ group: group.id, errorCode }, 'assignment not stored');
        this.#rebalance.failSyncs(
          group,
          errorCode === ErrorCode.REQUEST_TIMED_OUT ? ErrorCode.REBALANCE_IN_PROGRESS : errorCode,
        );
        this.#rebalance.prepare(group, `assignment of leader ${leaderId} could not be stored`);
      },
    };
  }
}

function validate(group: ClassicGroup, request: SyncRequest): Member | number {
  const member = group.validate(request.memberId, request.instanceId);
  if (typeof member === 'number') return member;
  const { generationId, protocolType, protocolName } = request;
  if (generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
  if (protocolType !== null && protocolType !== group.protocolType) {
    return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
  }
  if (protocolName !== null && protocolName !== group.protocolName) {
    return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
  }
  return member;
}
