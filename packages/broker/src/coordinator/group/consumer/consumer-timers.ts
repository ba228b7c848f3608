/**
 * The timers of a consumer group's members; each ends with the member's removal.
 *
 * ```
 *   session/<group>/<member>   heartbeats that stay out
 *   revoke/<group>/<member>    partitions that are not given up within the rebalance timeout
 *   rejoin/<group>/<member>    a member of the classic protocol that was told to join again
 *   resync/<group>/<member>    one that joined and never asks for its assignment
 * ```
 */
import type { ShardTimers } from '../../runtime/shard-timers.ts';
import type { Effects } from '../effects.ts';
import type { GroupRecord } from '../group-records.ts';
import type { ConsumerMember } from './consumer-member.ts';

type Kind = 'session' | 'revoke' | 'rejoin' | 'resync';

/** The member is late. Undefined when there is nothing to do any more. */
export type OnLate = (groupId: string, memberId: string, why: string) => Effects | undefined;

export class ConsumerTimers {
  readonly #timers: ShardTimers<GroupRecord>;
  readonly #onLate: OnLate;

  constructor(timers: ShardTimers<GroupRecord>, onLate: OnLate) {
    this.#timers = timers;
    this.#onLate = onLate;
  }

  restartSession(groupId: string, memberId: string, timeoutMs: number): void {
    this.#timers.schedule(timerName('session', groupId, memberId), timeoutMs, () =>
      this.#onLate(groupId, memberId, 'its session timed out'),
    );
  }

  /** Gives the member its rebalance timeout to give up what it must; nothing to wait for when it has. */
  awaitRevocation(groupId: string, member: ConsumerMember): void {
    if (member.state !== 'unrevoked') {
      this.#timers.cancel(timerName('revoke', groupId, member.id));
      return;
    }
    this.#timers.schedule(
      timerName('revoke', groupId, member.id),
      Math.max(0, member.rebalanceTimeoutMs),
      () => this.#onLate(groupId, member.id, 'it did not give up its partitions in time'),
    );
  }

  /** The first call counts, until the member has joined. */
  awaitJoin(groupId: string, member: ConsumerMember): void {
    const name = timerName('rejoin', groupId, member.id);
    if (this.#timers.has(name)) return;
    this.#timers.schedule(name, Math.max(0, member.rebalanceTimeoutMs), () =>
      this.#onLate(groupId, member.id, 'it did not join again in time'),
    );
  }

  joined(groupId: string, memberId: string): void {
    this.#timers.cancel(timerName('rejoin', groupId, memberId));
  }

  awaitSync(groupId: string, member: ConsumerMember): void {
    this.#timers.schedule(
      timerName('resync', groupId, member.id),
      Math.max(0, member.rebalanceTimeoutMs),
      () => this.#onLate(groupId, member.id, 'it did not ask for its assignment in time'),
    );
  }

  synced(groupId: string, memberId: string): void {
    this.#timers.cancel(timerName('resync', groupId, memberId));
  }

  cancelAll(groupId: string, memberId: string): void {
    for (const kind of ['session', 'revoke', 'rejoin', 'resync'] as const) {
      this.#timers.cancel(timerName(kind, groupId, memberId));
    }
  }
}

/** The length keeps ids with slashes apart. */
function timerName(kind: Kind, groupId: string, memberId: string): string {
  return `${kind}/${groupId.length}/${groupId}/${memberId}`;
}
