/**
 * Mistakes to make on purpose: a simulator that finds none of them proves nothing. Each is a change of one place of the brokers' source, made while
 * the simulator is bundled; the sources themselves know nothing of it.
 */

/** @typedef {{ name: string, what: string, file: string, from: string, to: string }} Bug */

/** @type {readonly Bug[]} */
export const BUGS = [
  {
    name: 'high-watermark-early',
    what: 'the high watermark follows the leader alone',
    file: 'packages/broker/src/replica/in-sync-replicas.ts',
    from: 'if (counts) end = follower.logEndOffset;',
    to: 'if (counts) end = leaderEndOffset;',
  },
  {
    name: 'truncation-skipped',
    what: 'a leader does not tell followers where their logs part from its own',
    file: 'packages/broker/src/fetch/partition-read.ts',
    from: 'if (end.epoch < wanted.lastFetchedEpoch || end.endOffset < wanted.fetchOffset) {',
    to: 'if (end.epoch < -1) {',
  },
  {
    name: 'epoch-unfenced',
    what: 'requests under any leader epoch are served',
    file: 'packages/broker/src/replica/partition.ts',
    from: 'if (clientEpoch === -1 || clientEpoch === this.#leaderEpoch) return ErrorCode.NONE;',
    to: 'if (clientEpoch >= -1) return ErrorCode.NONE;',
  },
  {
    name: 'isr-shrunk-without-store',
    what: 'a leader drops followers from the ISR without asking the controller',
    file: 'packages/broker/src/replica/in-sync-replicas.ts',
    from: 'return (this.#state = shrunk(state, new Set(lagging)));',
    to: 'this.#state = committed(state.isr.filter((id) => !lagging.includes(id))); return undefined;',
  },
  {
    name: 'stale-fetch-accepted',
    what: 'a follower takes the answer to a fetch of an earlier epoch',
    file: 'packages/broker/src/replica/fetcher/fetch-loop.ts',
    from: 'partition.leaderEpoch === wanted.currentLeaderEpoch &&',
    to: '',
  },
];
