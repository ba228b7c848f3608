/** What a connection has to write: all that is sent in one turn leaves in one write. Must never hold anything back longer than that. */
import type { Socket } from '@zurau/platform';
import type { KafkaError } from '../errors.ts';

/** Called once, later, when the operating system has taken it; with an error when it did not. */
export type WrittenCallback = (error: KafkaError | undefined) => void;

export class Outbox {
  readonly #socket: Socket;
  readonly #failureOf: (message: string) => KafkaError;
  #buffers: Buffer[] = [];
  /** Who wants to know when the next write is done. */
  #onWritten: WrittenCallback[] = [];
  #closed = false;

  /** `failureOf` tells what a write that failed with such a message means. */
  constructor(socket: Socket, failureOf: (message: string) => KafkaError) {
    this.#socket = socket;
    this.#failureOf = failureOf;
  }

  /** Goes out with the next write; returns its size in bytes. */
  push(frame: readonly Buffer[], onWritten: WrittenCallback | undefined): number {
    if (this.#buffers.length === 0) queueMicrotask(() => this.#flush());
    let sizeBytes = 0;
    for (const buffer of frame) {
      this.#buffers.push(buffer);
      sizeBytes += buffer.length;
    }
    if (onWritten !== undefined) this.#onWritten.push(onWritten);
    return sizeBytes;
  }

  /** Writes nothing more; returns who waits for what was not written. */
  close(): WrittenCallback[] {
    this.#closed = true;
    this.#buffers = [];
    const unwritten = this.#onWritten;
    this.#onWritten = [];
    return unwritten;
  }

  #flush(): void {
    if (this.#closed) return;
    const buffers = this.#buffers;
    this.#buffers = [];
    if (this.#onWritten.length === 0) {
      this.#socket.write(buffers);
      return;
    }
    const onWritten = this.#onWritten;
    this.#onWritten = [];
    this.#socket.write(buffers, (error) => {
      const failure = error === undefined ? undefined : this.#failureOf(error.message);
      for (const callback of onWritten) callback(failure);
    });
  }
}
