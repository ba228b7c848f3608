/**
 * What transactions need of other brokers: markers written to partitions that they lead, and the word of the coordinator that one of them is.
 *
 * Owns: a connection to each, apart from those of replication, so that neither waits for the other.
 */
import { ErrorCode, addPartitionsToTxnApi, writeTxnMarkersApi } from '@zurau/protocol';
import type {
  AddPartitionsToTxnRequestInput,
  AddPartitionsToTxnResponse,
  WriteTxnMarkersRequestInput,
  WriteTxnMarkersResponse,
} from '@zurau/protocol';
import type { MarkerLink } from '../coordinator/transaction/marker-sender.ts';
import type { VerificationLink } from '../coordinator/transaction/transaction-verifier.ts';
import type { PeerConnection } from './peer-connection.ts';

/** First version in which brokers ask each other. */
const VERIFICATION_VERSION_MIN = 4;

export type TransactionLink = MarkerLink & VerificationLink;

export class TransactionLinks {
  readonly #connect: (brokerId: number) => PeerConnection;
  readonly #isAlive: (brokerId: number) => boolean;
  readonly #links = new Map<number, RemoteTransactionLink>();

  constructor(options: {
    readonly connect: (brokerId: number) => PeerConnection;
    readonly isAlive: (brokerId: number) => boolean;
  }) {
    this.#connect = options.connect;
    this.#isAlive = options.isAlive;
  }

  /** Undefined when the broker is not alive. */
  to(brokerId: number): TransactionLink | undefined {
    let link = this.#links.get(brokerId);
    if (!this.#isAlive(brokerId)) {
      link?.close();
      this.#links.delete(brokerId);
      return undefined;
    }
    if (link === undefined) {
      link = new RemoteTransactionLink(this.#connect(brokerId));
      this.#links.set(brokerId, link);
    }
    return link;
  }

  /** What was under way fails. Idempotent. */
  close(): void {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }
}

class RemoteTransactionLink implements TransactionLink {
  readonly #connection: PeerConnection;

  constructor(connection: PeerConnection) {
    this.#connection = connection;
  }

  async writeTxnMarkers(request: WriteTxnMarkersRequestInput): Promise<WriteTxnMarkersResponse> {
    // Version 2 belongs to `transaction.version` 2.
    return (await this.#connection.request(writeTxnMarkersApi, () => request, { max: 1 })).response;
  }

  async addPartitionsToTxn(
    request: AddPartitionsToTxnRequestInput,
  ): Promise<AddPartitionsToTxnResponse> {
    if ((await this.#connection.version(addPartitionsToTxnApi)) < VERIFICATION_VERSION_MIN) {
      return verified(request);
    }
    const limits = { min: VERIFICATION_VERSION_MIN };
    return (await this.#connection.request(addPartitionsToTxnApi, () => request, limits)).response;
  }

  close(): void {
    this.#connection.close();
  }
}

/** A coordinator that cannot be asked, during an upgrade from before Kafka 3.6: as there, its word is not waited for. */
function verified({
  transactions = [],
}: AddPartitionsToTxnRequestInput): AddPartitionsToTxnResponse {
  return {
    throttleTimeMs: 0,
    errorCode: ErrorCode.NONE,
    resultsByTopicV3AndBelow: [],
    resultsByTransaction: transactions.map(({ transactionalId, topics }) => ({
      transactionalId,
      topicResults: topics.map(({ name, partitions }) => ({
        name,
        resultsByPartition: partitions.map((partitionIndex) => ({
          partitionIndex,
          partitionErrorCode: ErrorCode.NONE,
        })),
      })),
    })),
  };
}
