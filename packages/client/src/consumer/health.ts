/**
 * Is a consumer that returns nothing idle, or stuck? Judged from what is known anyway, for liveness probes and dashboards.
 *
 * Three can be at fault when nothing moves: the application, which does not come back for more; a broker, which does not answer fetches; the
 * coordinator, without which a group cannot go on.
 */
import type { PartitionLag } from './lag.ts';

export type HealthState =
  /** Has not polled, or not heard of all of its partitions yet. */
  | 'starting'
  /** There is nothing to read, and fetches are answered. */
  | 'idle'
  /** There are records, and the application takes them. */
  | 'reading'
  /** The group is about to say what to read. */
  | 'rebalancing'
  /** Nothing has moved for `patienceMs`; `stuckOn` says whose turn it is. */
  | 'stuck'
  | 'closed';

export interface ConsumerHealth {
  readonly state: HealthState;
  readonly stuckOn: 'application' | 'broker' | 'coordinator' | undefined;
  /** For people. */
  readonly reason: string | undefined;
  /** Milliseconds that the application has been away from poll; 0 in a poll, undefined before the first. */
  readonly busyMs: number | undefined;
  /** Milliseconds since the last answer to a fetch, of the partition that waits longest; undefined when none waits. */
  readonly unansweredMs: number | undefined;
  /** Milliseconds since the coordinator answered a heartbeat; undefined outside of a group. */
  readonly sinceHeartbeatMs: number | undefined;
  /** Over all partitions; undefined while that of one is unknown. */
  readonly lagRecords: number | undefined;
}

export interface HealthInput {
  readonly closed: boolean;
  readonly hasPolled: boolean;
  readonly busyMs: number | undefined;
  readonly unansweredMs: number | undefined;
  readonly sinceHeartbeatMs: number | undefined;
  readonly inGroup: 'out' | 'rebalancing' | 'stable' | undefined;
  readonly lags: readonly PartitionLag[];
  readonly patienceMs: number;
}

export function judgeHealth(input: HealthInput): ConsumerHealth {
  const { busyMs, unansweredMs, sinceHeartbeatMs, lags } = input;
  const lagRecords = lags.every(({ records }) => records !== undefined)
    ? lags.reduce((sum, { records = 0 }) => sum + records, 0)
    : undefined;
  return { ...verdictOf(input, lagRecords), busyMs, unansweredMs, sinceHeartbeatMs, lagRecords };
}

type Verdict = Pick<ConsumerHealth, 'state' | 'stuckOn' | 'reason'>;

function verdictOf(input: HealthInput, lagRecords: number | undefined): Verdict {
  const { busyMs = 0, unansweredMs = 0, sinceHeartbeatMs = 0, patienceMs, inGroup } = input;
  if (input.closed) return as('closed');
  if (!input.hasPolled) return as('starting');
  if (busyMs > patienceMs) {
    return stuck('application', `no poll for ${Math.round(busyMs)} ms`);
  }
  if (inGroup !== undefined && sinceHeartbeatMs > patienceMs) {
    return stuck('coordinator', `no heartbeat answered for ${Math.round(sinceHeartbeatMs)} ms`);
  }
  if (inGroup !== undefined && inGroup !== 'stable') return as('rebalancing');
  if (unansweredMs > patienceMs) {
    return stuck('broker', `no fetch answered for ${Math.round(unansweredMs)} ms`);
  }
  if (lagRecords === undefined) return as('starting');
  return as(lagRecords === 0 ? 'idle' : 'reading');
}

function as(state: HealthState): Verdict {
  return { state, stuckOn: undefined, reason: undefined };
}

function stuck(stuckOn: ConsumerHealth['stuckOn'], reason: string): Verdict {
  return { state: 'stuck', stuckOn, reason };
}
