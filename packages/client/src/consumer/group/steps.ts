/** One step after the other. A step that outlives the poll that began it goes on, and its failure is thrown to the next poll. */

export class Steps {
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** The running step, or the next one, begun now. Never rejects. Throws the failure of the last step, once. */
  take(next: () => (() => Promise<void>) | undefined): Promise<void> | undefined {
    if (this.#running !== undefined) return this.#running;
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      throw error;
    }
    const step = next();
    if (step === undefined) return undefined;
    this.#running = step()
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => (this.#running = undefined));
    return this.#running;
  }
}
