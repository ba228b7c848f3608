/** Settings of the transaction coordinator, by Kafka's names, with the broker's defaults. */
import type { BrokerConfig } from '../../config/broker-config.ts';

export interface TransactionCoordinatorConfig {
  /** `transaction.max.timeout.ms` */
  readonly transactionTimeoutMsMax: number;
  /** `transactional.id.expiration.ms` */
  readonly transactionalIdExpirationMs: number;
  /** `transaction.abort.timed.out.transaction.cleanup.interval.ms` */
  readonly abortTimedOutIntervalMs: number;
  /** `transaction.remove.expired.transaction.cleanup.interval.ms` */
  readonly removeExpiredIntervalMs: number;
  /** `request.timeout.ms`: how long a change waits for its replication. */
  readonly requestTimeoutMs: number;
}

export const defaultTransactionCoordinatorConfig: TransactionCoordinatorConfig = {
  transactionTimeoutMsMax: 900_000,
  transactionalIdExpirationMs: 604_800_000,
  abortTimedOutIntervalMs: 10_000,
  removeExpiredIntervalMs: 3_600_000,
  requestTimeoutMs: 30_000,
};

/** What a broker's configuration says of transactions. */
export function transactionCoordinatorConfigOf(config: BrokerConfig): TransactionCoordinatorConfig {
  return {
    transactionTimeoutMsMax: config.get('transaction.max.timeout.ms'),
    transactionalIdExpirationMs: config.get('transactional.id.expiration.ms'),
    abortTimedOutIntervalMs: config.get(
      'transaction.abort.timed.out.transaction.cleanup.interval.ms',
    ),
    removeExpiredIntervalMs: config.get(
      'transaction.remove.expired.transaction.cleanup.interval.ms',
    ),
    requestTimeoutMs: config.get('request.timeout.ms'),
  };
}
