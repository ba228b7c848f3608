/**
 * Lets the answers of one turn of the event loop leave together: sessions with something ready are flushed once, when
 * the callback that made them ready (a socket read, a disk write) has run to its end.
 */
export interface Flushable {
  flush(): void;
}

export class ResponseFlusher {
  #ready: Flushable[] = [];

  readonly schedule = (session: Flushable): void => {
    if (this.#ready.push(session) === 1) queueMicrotask(this.#flush);
  };

  readonly #flush = (): void => {
    const ready = this.#ready;
    this.#ready = [];
    for (const session of ready) session.flush();
  };
}
