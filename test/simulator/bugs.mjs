/**
 * Mistakes to make on purpose: a simulator that finds none of them proves nothing. Each is a change of a source below `packages`, made while
 * the simulator is bundled; the sources themselves know nothing of it. Where two lines of defence stand behind each other, both are taken away.
 */

/** @typedef {{ file: string, from: string, to: string }} Edit */
/** `faults`: what it shows up with, where that is rare among all of them. `quick`: noticed within a few seeds.
 * @typedef {{ name: string, what: string, edits: readonly Edit[], faults?: readonly string[], quick?: boolean }} Bug */

/** @type {readonly Bug[]} */
export const BUGS = [
  {
    name: 'high-watermark-early',
    quick: true,
    what: 'the high watermark follows the leader alone',
    edits: [
      {
        file: 'broker/src/replica/in-sync-replicas.ts',
        from: 'if (counts) end = follower.logEndOffset;',
        to: 'if (counts) end = leaderEndOffset;',
      },
    ],
  },
  {
    name: 'truncation-skipped',
    quick: true,
    what: 'a leader does not tell followers where their logs part from its own',
    edits: [
      {
        file: 'broker/src/fetch/partition-read.ts',
        from: 'if (end.epoch < wanted.lastFetchedEpoch || end.endOffset < wanted.fetchOffset) {',
        to: 'if (end.epoch < -1) {',
      },
    ],
  },
  {
    name: 'epoch-unfenced',
    quick: true,
    what: 'the controller takes the word of leaders that were deposed',
    faults: ['storeCuts', 'partitions', 'expiries', 'kills'],
    edits: [
      {
        file: 'broker/src/controller/isr-alteration.ts',
        from: 'if (wanted.leaderEpoch < current.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH;',
        to: '',
      },
      {
        file: 'broker/src/controller/isr-alteration.ts',
        from: 'if (wanted.partitionEpoch < current.partitionEpoch) return ErrorCode.INVALID_UPDATE_VERSION;',
        to: '',
      },
      {
        file: 'broker/src/controller/isr-alteration.ts',
        from: 'if (current.leader !== brokerId || !isr.includes(brokerId)) return',
        to: 'if (!isr.includes(brokerId)) return',
      },
    ],
  },
  {
    name: 'isr-shrunk-without-store',
    what: 'a leader drops followers from the ISR without asking the controller',
    faults: ['partitions', 'storeCuts', 'kills', 'stops'],
    edits: [
      {
        file: 'broker/src/replica/in-sync-replicas.ts',
        from: 'return (this.#state = shrunk(state, new Set(lagging)));',
        to: 'this.#state = committed(state.isr.filter((id) => !lagging.includes(id))); return undefined;',
      },
    ],
  },
  {
    name: 'stale-fetch-accepted',
    what: 'a leader counts on followers that fetch under an earlier epoch, and may have to cut their logs yet',
    faults: ['partitions', 'expiries', 'slowLinks'],
    edits: [
      {
        file: 'broker/src/replica/partition.ts',
        from: 'if (clientEpoch === -1 || clientEpoch === this.#leaderEpoch) return ErrorCode.NONE;',
        to: 'if (clientEpoch <= this.#leaderEpoch) return ErrorCode.NONE;',
      },
      {
        file: 'broker/src/fetch/partition-read.ts',
        from: 'if (wanted.lastFetchedEpoch >= 0) {',
        to: 'if (wanted.lastFetchedEpoch >= 0 && wanted.currentLeaderEpoch === partition.leaderEpoch) {',
      },
    ],
  },
  {
    name: 'aborted-shown',
    quick: true,
    what: 'readers of committed data are not told which transactions were aborted',
    edits: [
      {
        file: 'broker/src/api/fetch.ts',
        from: '(read?.abortedTransactions() ?? [])',
        to: '[]',
      },
    ],
  },
  {
    name: 'coordinator-hasty',
    what: 'a new transaction coordinator acts on records that no other replica has',
    edits: [
      {
        file: 'broker/src/coordinator/transaction/transaction-coordinator.ts',
        from: 'waitsForReplication: true,',
        to: 'waitsForReplication: false,',
      },
    ],
  },
];
