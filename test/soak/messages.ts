/** What the process with the brokers and the process with the clients tell each other. */

export const SOURCE_TOPIC = 'source';
export const RELAYED_TOPIC = 'relayed';
export const PARTITIONS = 6;

/** From the clients, every few seconds. */
export interface Progress {
  readonly kind: 'progress';
  readonly sent: number;
  /** Read from the topic that the relays write, each once. */
  readonly verified: number;
  readonly readInGroup: number;
  readonly repeatedInGroup: number;
  readonly transactions: number;
  readonly aborted: number;
  readonly residentBytes: number;
  /** After a garbage collection. */
  readonly heapBytes: number;
  readonly problems: readonly string[];
}

/** From the clients, last: everything sent was verified, or why not. */
export interface Finished {
  readonly kind: 'finished';
  readonly problems: readonly string[];
}

/** To the clients: send no more, see to it that all arrives, say so. */
export interface Finish {
  readonly kind: 'finish';
}
