/**
 * The memory of answers that have not left: what was read for them, from disk or by reference into the tail, stays until their readers took it.
 *
 * Owns: the count, and what the next answer may bring. Nobody waits and nobody is refused: the more is held, by readers that are slow or do not read at
 * all, the less each answer brings, down to {@link ANSWER_BYTES_MIN} or one batch.
 */
const ANSWER_BYTES_MIN = 1024 * 1024;

export class AnswerMemory {
  readonly #bytesMax: number;
  #heldBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** What an answer may bring now: half of what is left. */
  get allowedBytes(): number {
    return Math.max(ANSWER_BYTES_MIN, Math.floor((this.#bytesMax - this.#heldBytes) / 2));
  }

  hold(sizeBytes: number): void {
    this.#heldBytes += sizeBytes;
  }

  release(sizeBytes: number): void {
    this.#heldBytes -= sizeBytes;
  }
}
