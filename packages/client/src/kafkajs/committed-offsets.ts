/**
 * What groups have committed as far as the clients of one Kafka object know: a consumer's commits, and what a transaction commits for its group, so
 * that the consumer does not take it for uncommitted.
 */

export class CommittedOffsets {
  readonly #byGroup: Map<string, Map<string, string>> = new Map();

  get(groupId: string, topic: string, partition: number): string | undefined {
    return this.#byGroup.get(groupId)?.get(`${topic}\0${partition}`);
  }

  set(groupId: string, topic: string, partition: number, offset: string): void {
    const offsets = this.#byGroup.get(groupId) ?? new Map<string, string>();
    this.#byGroup.set(groupId, offsets.set(`${topic}\0${partition}`, offset));
  }

  /** The partition went to another member: nothing is known any more. */
  forget(groupId: string, topic: string, partition: number): void {
    this.#byGroup.get(groupId)?.delete(`${topic}\0${partition}`);
  }
}
