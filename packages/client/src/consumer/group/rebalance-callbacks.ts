/**
 * Partitions come and go, and the user is told, in Kafka's order: revoked and lost ones are told before they go, assigned ones when they are there.
 *
 * A callback that fails does not stop the rebalance: the others wait for this member. Its error is thrown when the change is done.
 */
import { clientError } from '../../errors.ts';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type { GroupHost } from './group-member.ts';

export class RebalanceCallbacks {
  readonly #host: GroupHost;
  readonly #groupId: string;

  constructor(host: GroupHost, groupId: string) {
    this.#host = host;
    this.#groupId = groupId;
  }

  /** Rejects with `CALLBACK_FAILED`. */
  async revoke(partitions: readonly TopicPartition[]): Promise<void> {
    await throwFirst([await this.#take(partitions, false)]);
  }

  /** Rejects with `CALLBACK_FAILED`. */
  async lose(partitions: readonly TopicPartition[]): Promise<void> {
    await throwFirst([await this.#take(partitions, true)]);
  }

  /** Revokes, then assigns. Rejects with `CALLBACK_FAILED`. */
  async exchange(
    revoked: readonly TopicPartition[],
    added: readonly TopicPartition[],
  ): Promise<void> {
    const failures = [await this.#take(revoked, false)];
    this.#host.change(added, []);
    const { listener } = this.#host;
    failures.push(await caught(() => listener.onPartitionsAssigned?.(added)));
    await throwFirst(failures);
  }

  async #take(partitions: readonly TopicPartition[], lost: boolean): Promise<unknown> {
    if (partitions.length === 0) return undefined;
    this.#host.hold(partitions);
    const { listener } = this.#host;
    const failure = await caught(() =>
      lost && listener.onPartitionsLost !== undefined
        ? listener.onPartitionsLost(partitions)
        : listener.onPartitionsRevoked?.(partitions),
    );
    this.#host.change([], partitions);
    this.#host.emit({ type: 'revoked', groupId: this.#groupId, partitions, lost });
    return failure;
  }
}

async function caught(call: () => Promise<void> | void): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return clientError(
      'CALLBACK_FAILED',
      `A rebalance callback failed: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

function throwFirst(failures: readonly unknown[]): Promise<void> {
  const failure = failures.find((candidate) => candidate !== undefined);
  return failure === undefined ? Promise.resolve() : Promise.reject(failure as Error);
}

/** What is in `a` and not in `b`. */
export function without(
  a: readonly TopicPartition[],
  b: readonly TopicPartition[],
): TopicPartition[] {
  const names = new Set(b.map(partitionName));
  return a.filter((of) => !names.has(partitionName(of)));
}
