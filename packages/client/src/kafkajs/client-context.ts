/** What the Kafka object gives to the producers, consumers and admin clients that it makes. */
import type { Platform } from '@zurau/platform';
import type { CommonConfig } from '../config/common-settings.ts';
import type { CommittedOffsets } from './committed-offsets.ts';
import { engineConfig, type KafkaConfig } from './kafka-config.ts';
import type { Logger } from './logger.ts';
import { type RetryOptions, type RetryPolicy, retryPolicy } from './retry.ts';

export interface ClientContext {
  readonly config: KafkaConfig;
  readonly logger: Logger;
  readonly offsets: CommittedOffsets;
  readonly platform: Platform;
}

/** Retries as the client says, else as the Kafka object does. */
export function policyOf(context: ClientContext, own: RetryOptions | undefined): RetryPolicy {
  return retryPolicy(context.config.retry, own);
}

/** Settings of an engine client that is made now. */
export async function commonConfig(
  { config, logger, platform }: ClientContext,
  policy: RetryPolicy,
): Promise<CommonConfig> {
  return await engineConfig(config, policy, logger, platform);
}
