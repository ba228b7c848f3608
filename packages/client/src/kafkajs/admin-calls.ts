/** How the admin client's methods run on the engine's: retries as KafkaJS counts them, errors as KafkaJS's. */
import { PartialFailure } from '../admin/results.ts';
import type { Admin as EngineAdmin } from '../admin/admin.ts';
import type { OperationOptions } from '../cluster/cluster.ts';
import { KafkaError } from '../errors.ts';
import { protocolFailure, toKafkaJSError } from './engine-errors.ts';
import { KafkaJSProtocolError, type ProtocolFailure } from './errors.ts';
import type { Logger } from './logger.ts';
import { finalError, type RetryPolicy } from './retry.ts';

/** What the methods of all areas need. */
export interface AdminAccess {
  readonly logger: Logger;
  readonly policy: RetryPolicy;
  /** The engine's admin client, made now if need be. */
  engine(): Promise<EngineAdmin>;
}

/** Runs `call`; `timeoutMs` is the application's. Rejects with KafkaJS's errors. */
export async function ask<T>(
  access: AdminAccess,
  call: (engine: EngineAdmin, options: OperationOptions) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  const { policy } = access;
  try {
    return await call(await access.engine(), { retriesMax: policy.retries, timeoutMs });
  } catch (caught) {
    const error = toKafkaJSError(firstOf(caught));
    const isSpent =
      caught instanceof KafkaError && caught.retriable && !(caught instanceof PartialFailure);
    throw isSpent ? finalError(error, policy, policy.retries) : error;
  }
}

function firstOf(error: unknown): unknown {
  if (!(error instanceof PartialFailure)) return error;
  const [first] = error.failures.values();
  return first;
}

/** Failures of single items, as KafkaJS's errors know them. */
export function failureOf(error: KafkaError): ProtocolFailure {
  const { message, retriable, code } = error;
  return protocolFailure(error) ?? { message, retriable, type: code, code: -1 };
}

export function protocolError(error: KafkaError): KafkaJSProtocolError {
  return new KafkaJSProtocolError(failureOf(error));
}
