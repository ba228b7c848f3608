/** Which partitions the application has paused: by topic, or one by one. Holds also for partitions that come later. */

export interface TopicSelection {
  readonly topic: string;
  readonly partitions?: readonly number[] | undefined;
}

interface TopicPausing {
  /** All of the topic, but those resumed since. */
  all: boolean;
  readonly paused: Set<number>;
  readonly resumed: Set<number>;
}

export class Pausing {
  readonly #topics: Map<string, TopicPausing> = new Map();

  pause(selections: readonly TopicSelection[]): void {
    for (const { topic, partitions } of selections) {
      const pausing = this.#of(topic);
      if (partitions === undefined) {
        pausing.all = true;
        pausing.paused.clear();
        pausing.resumed.clear();
        continue;
      }
      for (const partition of partitions) {
        pausing.paused.add(partition);
        pausing.resumed.delete(partition);
      }
    }
  }

  resume(selections: readonly TopicSelection[]): void {
    for (const { topic, partitions } of selections) {
      const pausing = this.#of(topic);
      if (partitions === undefined) {
        pausing.all = false;
        pausing.paused.clear();
        pausing.resumed.clear();
        continue;
      }
      for (const partition of partitions) {
        pausing.paused.delete(partition);
        if (pausing.all) pausing.resumed.add(partition);
      }
    }
  }

  isPaused(topic: string, partition: number): boolean {
    const pausing = this.#topics.get(topic);
    if (pausing === undefined) return false;
    return (pausing.all && !pausing.resumed.has(partition)) || pausing.paused.has(partition);
  }

  #of(topic: string): TopicPausing {
    let pausing = this.#topics.get(topic);
    if (pausing === undefined) {
      pausing = { all: false, paused: new Set(), resumed: new Set() };
      this.#topics.set(topic, pausing);
    }
    return pausing;
  }
}
