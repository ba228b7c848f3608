/** What a check has to say about a file. Plain data. */

/**
 * - `error`: something is damaged or contradicts something else.
 * - `warning`: nothing that a start could not deal with, such as the end of a log that was not closed cleanly.
 */
export type FindingSeverity = 'error' | 'warning';

export interface Finding {
  readonly severity: FindingSeverity;
  /** File or directory. */
  readonly path: string;
  /** Byte in the file where it begins; undefined when it is about the file as a whole. */
  readonly position: number | undefined;
  readonly message: string;
}

/** Takes findings as they are made. */
export type FindingSink = (finding: Finding) => void;
