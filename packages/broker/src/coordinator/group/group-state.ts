/**
 * States of a classic group and the ways between them.
 *
 * ```
 *            join                 all joined, or time is up            leader's assignment is written
 *   Empty ─────────► PreparingRebalance ─────────► CompletingRebalance ─────────► Stable
 *     ▲                 │    ▲    ▲                       │                          │
 *     └─── all left ────┘    │    └── member joins, leaves or fails ─────────────────┤
 *                            └────────────────────────────┘ ◄────────────────────────┘
 *   any ──► Dead   deleted, expired, or moved to another coordinator
 * ```
 */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

const from: Readonly<Record<GroupState, readonly GroupState[]>> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Stable', 'CompletingRebalance', 'Empty'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Stable', 'PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead'],
};

/** Whether a group in `current` may go over to `next`. */
export function mayBecome(current: GroupState, next: GroupState): boolean {
  return from[next].includes(current);
}
