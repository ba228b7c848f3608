/** Heartbeat and LeaveGroup on a classic group. */
import { ErrorCode } from '@zurau/protocol';
import type { ClassicGroup } from './classic-group.ts';
import { NO_EFFECTS, type Effects } from './effects.ts';
import type { Rebalance } from './rebalance.ts';

export interface HeartbeatRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly instanceId: string | null;
}

/** One who leaves; an administrator may name a static member by its instance id alone. */
export interface LeavingMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly reason: string;
}

export class Membership {
  readonly #rebalance: Rebalance;

  constructor(rebalance: Rebalance) {
    this.#rebalance = rebalance;
  }

  /** Keeps a member alive; its error code is also how a member learns of a rebalance. */
  heartbeat(group: ClassicGroup, request: HeartbeatRequest): number {
    const member = group.validate(request.memberId, request.instanceId);
    if (typeof member === 'number') return member;
    if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
    this.#rebalance.restartSession(group, member);
    return group.is('PreparingRebalance') ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
  }

  /** Takes members out, then rebalances once; `errorCodes` has one entry a leaving member. */
  leave(
    group: ClassicGroup,
    leaving: readonly LeavingMember[],
  ): { effects: Effects; errorCodes: number[] } {
    const reasons: string[] = [];
    let pendingLeft = false;
    const errorCodes = leaving.map((each) => {
      if (group.isPendingMember(each.memberId)) {
        group.removePendingMember(each.memberId);
        this.#rebalance.endSession(group, each.memberId);
        pendingLeft = true;
        return ErrorCode.NONE;
      }
      const errorCode = this.#remove(group, each);
      if (errorCode === ErrorCode.NONE) {
        reasons.push(`${each.memberId || String(each.instanceId)} left: ${each.reason}`);
      }
      return errorCode;
    });
    if (reasons.length > 0) {
      return { effects: this.#rebalance.afterRemoval(group, reasons.join(', ')), errorCodes };
    }
    // Someone who never joined takes no part in the assignment, but the join phase may have waited for them alone.
    const effects = pendingLeft ? this.#rebalance.completeJoinIfAllJoined(group) : NO_EFFECTS;
    return { effects, errorCodes };
  }

  #remove(group: ClassicGroup, leaving: LeavingMember): number {
    const byInstance = leaving.memberId === '' && leaving.instanceId !== null;
    const memberId = byInstance
      ? (group.staticMemberId(leaving.instanceId) ?? '')
      : leaving.memberId;
    const member = group.validate(memberId, leaving.instanceId);
    if (typeof member === 'number') return member;
    this.#rebalance.drop(group, member);
    return ErrorCode.NONE;
  }
}
