/**
 * Notices to the controller that it has to ask this broker for all its partitions: by the answers it hears which of them are lost, and which are there again.
 *
 * Owns: when. At once for a log directory that has failed; after a while for replicas that a full disk, or too few file handles, kept from being made: nobody but the
 * controller asks for them, and without a notice it would not again before this broker's next start. What did not get through is sent again; twice does no harm.
 */
import type { Timer, Timers } from '@zurau/platform';
import type { Logger } from '../logging.ts';
import type { MetadataSession } from '../metadata/store.ts';
import { logDirEventZnode } from '../metadata/znodes/controller.ts';

/** Long enough that asking for thousands of partitions, for nothing, costs little. */
const PATIENCE_MS = 10_000;

export class LogDirNotices {
  readonly #session: MetadataSession;
  readonly #brokerId: number;
  readonly #timers: Timers;
  readonly #logger: Logger;
  #later: Timer | undefined;
  #closed = false;

  constructor(dependencies: {
    readonly session: MetadataSession;
    readonly brokerId: number;
    readonly timers: Timers;
    readonly logger: Logger;
  }) {
    this.#session = dependencies.session;
    this.#brokerId = dependencies.brokerId;
    this.#timers = dependencies.timers;
    this.#logger = dependencies.logger;
  }

  send(): void {
    if (this.#closed) return;
    const { prefix, encode } = logDirEventZnode;
    this.#session
      .create(prefix, encode(this.#brokerId), { sequential: true })
      .catch((error: unknown) => {
        if (this.#closed) return;
        this.#logger.warn({ err: error }, 'a notice to the controller is sent again later');
        this.sendLater();
      });
  }

  /** One for all that are asked for meanwhile. */
  sendLater(): void {
    if (this.#closed) return;
    this.#later ??= this.#timers.after(PATIENCE_MS, () => {
      this.#later = undefined;
      this.send();
    });
  }

  /** Sends nothing any more. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#later?.cancel();
  }
}
