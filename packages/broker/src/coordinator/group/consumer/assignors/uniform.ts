/**
 * The uniform assignor: as many partitions for each as for any other, and as few as possible change hands.
 *
 * Everybody keeps what they have; what nobody has goes to whoever has least; then partitions move, one at a time, from a member to a subscriber of
 * their topic that has at least two fewer. Where all subscribe to the same topics, that ends with shares that differ by one at most.
 */
import type { Partitions } from '../partitions.ts';
import { PartitionsBuilder } from '../partitions.ts';
import type { Assignor, AssignorInput } from './assignor.ts';

interface Share {
  readonly id: string;
  readonly topicIds: ReadonlySet<string>;
  readonly byTopic: Map<string, Set<number>>;
  size: number;
}

export const uniformAssignor: Assignor = {
  name: 'uniform',

  assign(input) {
    const shares = keepCurrent(input);
    const subscribers = subscribersByTopic(input, shares);
    giveAway(input, shares, subscribers);
    balance(shares, subscribers);
    return new Map<string, Partitions>(
      shares.map(({ id, byTopic }): [string, Partitions] => {
        const partitions = new PartitionsBuilder();
        partitions.addAll(byTopic);
        return [id, partitions.build()];
      }),
    );
  },
};

/** Topics with the same subscribers have the same list of them. */
function subscribersByTopic(
  { topics }: AssignorInput,
  shares: readonly Share[],
): Map<string, readonly Share[]> {
  const lists = new Map<string, readonly Share[]>();
  return new Map(
    [...topics.keys()].map((topicId): [string, readonly Share[]] => {
      const list = shares.filter((share) => share.topicIds.has(topicId));
      const key = list.map(({ id }) => id).join();
      const known = lists.get(key) ?? list;
      lists.set(key, known);
      return [topicId, known];
    }),
  );
}

/** What the members have and may keep; of two that have the same, the first. */
function keepCurrent({ members, topics }: AssignorInput): Share[] {
  const taken = new Map<string, Set<number>>();
  return members
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, topicIds, current }) => {
      const share: Share = { id, topicIds, byTopic: new Map(), size: 0 };
      for (const [topicId, partitions] of current) {
        const partitionCount = topics.get(topicId);
        if (partitionCount === undefined || !topicIds.has(topicId)) continue;
        const takenOfTopic = getOrCreate(taken, topicId);
        for (const partition of partitions) {
          if (partition >= partitionCount || takenOfTopic.has(partition)) continue;
          takenOfTopic.add(partition);
          add(share, topicId, partition);
        }
      }
      return share;
    });
}

/** Topics that few can take come first. */
function giveAway(
  { topics }: AssignorInput,
  shares: readonly Share[],
  subscribers: ReadonlyMap<string, readonly Share[]>,
): void {
  const taken = new Map<string, Set<number>>();
  for (const { byTopic } of shares) {
    for (const [topicId, partitions] of byTopic) {
      const takenOfTopic = getOrCreate(taken, topicId);
      for (const partition of partitions) takenOfTopic.add(partition);
    }
  }
  const inOrder = [...topics].toSorted(
    ([a], [b]) => (subscribers.get(a)?.length ?? 0) - (subscribers.get(b)?.length ?? 0),
  );
  for (const [topicId, partitionCount] of inOrder) {
    const takers = new LeastFirst(subscribers.get(topicId) ?? []);
    for (let partition = 0; partition < partitionCount; partition++) {
      if (taken.get(topicId)?.has(partition) === true) continue;
      const share = takers.least;
      if (share === undefined) break;
      add(share, topicId, partition);
      takers.leastHasGrown();
    }
  }
}

/** Every move brings two shares closer to each other, so this ends. */
function balance(
  shares: readonly Share[],
  subscribers: ReadonlyMap<string, readonly Share[]>,
): void {
  for (let moved = true; moved;) {
    moved = false;
    for (const share of shares.toSorted((a, b) => b.size - a.size)) {
      while (moveOne(share, subscribers)) moved = true;
    }
  }
}

function moveOne(from: Share, subscribers: ReadonlyMap<string, readonly Share[]>): boolean {
  let best: { readonly topicId: string; readonly to: Share } | undefined;
  const seen = new Set<readonly Share[]>();
  for (const topicId of from.byTopic.keys()) {
    const candidates = subscribers.get(topicId) ?? [];
    if (seen.has(candidates)) continue;
    seen.add(candidates);
    for (const to of candidates) {
      if (to.size <= from.size - 2 && to.size < (best?.to.size ?? Infinity)) best = { topicId, to };
    }
  }
  if (best === undefined) return false;
  const partitions = from.byTopic.get(best.topicId)!;
  const [partition = -1] = partitions;
  partitions.delete(partition);
  if (partitions.size === 0) from.byTopic.delete(best.topicId);
  from.size--;
  add(best.to, best.topicId, partition);
  return true;
}

/** A heap of shares by their size. */
class LeastFirst {
  readonly #heap: Share[];

  constructor(shares: readonly Share[]) {
    // A sorted list is a heap.
    this.#heap = shares.toSorted((a, b) => a.size - b.size);
  }

  get least(): Share | undefined {
    return this.#heap[0];
  }

  leastHasGrown(): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let smallest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if ((heap[child]?.size ?? Infinity) < heap[smallest]!.size) smallest = child;
      }
      if (smallest === at) return;
      [heap[at], heap[smallest]] = [heap[smallest]!, heap[at]!];
      at = smallest;
    }
  }
}

function add(share: Share, topicId: string, partition: number): void {
  getOrCreate(share.byTopic, topicId).add(partition);
  share.size++;
}

function getOrCreate(map: Map<string, Set<number>>, topicId: string): Set<number> {
  let set = map.get(topicId);
  if (set === undefined) map.set(topicId, (set = new Set()));
  return set;
}
