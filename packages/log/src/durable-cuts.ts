/**
 * Cuts of a log that last: what was cut away must not come back after a power failure, nor meet what is appended in its place.
 *
 * Owns: what is believed of the disk. After a failed sync nobody knows what is on the medium, and the log takes no more records until its directory was recovered.
 * Where to cut is the caller's affair: a cut is a function that returns the segment to be synced, and throws DiskError.
 */
import { DiskError } from '@zurau/platform';
import type { LogLogger } from './logger.ts';
import { mayPass, storageError, type LogError } from './log-error.ts';
import type { LogState } from './log-state.ts';
import type { Segment } from './segment.ts';

export class DurableCuts {
  readonly #state: LogState;
  readonly #logger: LogLogger;
  readonly #checkInvariants: () => void;
  readonly #onCut: () => Promise<void>;
  #healing: Promise<void> = Promise.resolve();

  /** `onCut` resolves when the checkpoint has forgotten a recovery point above the cut. */
  constructor(
    state: LogState,
    logger: LogLogger,
    checkInvariants: () => void,
    onCut: () => Promise<void>,
  ) {
    this.#state = state;
    this.#logger = logger;
    this.#checkInvariants = checkInvariants;
    this.#onCut = onCut;
  }

  /** Makes a cut survive a power failure, and the checkpoint forget a recovery point above it. Rejects with LogError KAFKA_STORAGE_ERROR. */
  async cut(cut: () => Segment | undefined): Promise<void> {
    let segment: Segment | undefined;
    try {
      segment = cut();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      // What is left of the files behind the cut must not meet what is appended in their place.
      this.#distrustDisk(error);
      throw storageError(error);
    }
    this.#checkInvariants();
    if (segment === undefined) return;
    await this.orDistrust(segment.sync());
    await this.#onCut();
  }

  /** After a failed write: cuts what did not get through, and lets nothing be appended, for `reason`, until the cut is durable. */
  heal(cut: () => Segment, reason: LogError): void {
    try {
      const segment = cut();
      this.#checkInvariants();
      this.#state.refusal = reason;
      const healed = (): void => {
        if (this.#state.refusal === reason) this.#state.refusal = undefined;
      };
      // A disk that fails the sync is distrusted, for another reason than this one.
      this.#healing = this.orDistrust(segment.sync()).then(healed, healed);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#distrustDisk(error);
    }
  }

  /** Resolves when no healing is under way; never rejects. */
  healed(): Promise<void> {
    return this.#healing;
  }

  /** Waits for a sync. Rejects with LogError when it fails, and then the disk is not trusted any more, unless it was full. */
  async orDistrust(syncing: Promise<void>): Promise<void> {
    try {
      await syncing;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (!mayPass(error)) this.#distrustDisk(error);
      throw storageError(error);
    }
  }

  #distrustDisk(error: DiskError): void {
    if (this.#state.abandoned) return;
    this.#state.refusal = storageError(error);
    this.#logger.error(
      { log: this.#state.name, error },
      'disk failed, the log takes no more records',
    );
  }
}
