/** Stops a bug where it happens. Never for conditions that input, a peer or the disk can cause. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
