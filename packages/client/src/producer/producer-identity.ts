/**
 * Gets the producer id that an idempotent producer numbers its batches under (InitProducerId, KIP-98).
 *
 * Asked for when the first batch wants to leave, and again only when a partition has used up all epochs of the one before.
 */
import { ErrorCode, initProducerIdApi } from '@zurau/protocol';
import type { Cluster } from '../cluster/cluster.ts';
import { brokerError, type KafkaError, toKafkaError } from '../errors.ts';
import type { ProducerIdentity } from './sequences.ts';

/** Without a transactional id it has no meaning, and must be positive all the same. */
const TRANSACTION_TIMEOUT_MS = 2 ** 31 - 1;

export class ProducerIdentitySource {
  readonly #cluster: Cluster;
  readonly #timeoutMs: number;
  readonly #onIdentity: () => void;
  readonly #onFailure: (error: KafkaError) => void;
  #identity: ProducerIdentity | undefined;
  #asking = false;

  constructor(
    cluster: Cluster,
    timeoutMs: number,
    onIdentity: () => void,
    onFailure: (error: KafkaError) => void,
  ) {
    this.#cluster = cluster;
    this.#timeoutMs = timeoutMs;
    this.#onIdentity = onIdentity;
    this.#onFailure = onFailure;
  }

  /** The identity, if it is there and its producer id another than `usedUp`; otherwise asks for one, and `onIdentity` is called. */
  current(usedUp?: number): ProducerIdentity | undefined {
    if (this.#identity !== undefined && this.#identity.producerId !== usedUp) return this.#identity;
    if (!this.#asking) void this.#ask();
    return undefined;
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const timeoutMs = this.#timeoutMs;
      this.#identity = await this.#cluster.retrying('Getting a producer id', { timeoutMs }, () =>
        this.#request(),
      );
      this.#asking = false;
      this.#onIdentity();
    } catch (error) {
      this.#asking = false;
      this.#onFailure(toKafkaError(error, 'Getting a producer id'));
    }
  }

  async #request(): Promise<ProducerIdentity> {
    const node = await this.#cluster.anyBroker();
    const response = await node.request(initProducerIdApi, {
      transactionalId: null,
      transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
    });
    if (response.errorCode !== ErrorCode.NONE) {
      throw brokerError(response.errorCode, 'Getting a producer id');
    }
    return { producerId: response.producerId, producerEpoch: response.producerEpoch };
  }
}
