/** KafkaJS's entry: one configuration, and the clients made from it. Makes no connection by itself. */
import { nodePlatform } from '@zurau/platform';
import { DoorAdmin } from './admin.ts';
import type { Admin, AdminConfig } from './admin-types.ts';
import type { ClientContext } from './client-context.ts';
import { CommittedOffsets } from './committed-offsets.ts';
import { DoorConsumer } from './consumer.ts';
import type { Consumer, ConsumerConfig } from './consumer-types.ts';
import type { KafkaConfig } from './kafka-config.ts';
import { createLogger, type Logger } from './logger.ts';
import { DoorProducer } from './producer.ts';
import type { Producer, ProducerConfig } from './producer-types.ts';

export class Kafka {
  readonly #context: ClientContext;

  constructor(config: KafkaConfig) {
    const platform = nodePlatform();
    const { logLevel, logCreator } = config;
    const logger = createLogger({ level: logLevel, logCreator, clock: platform.clock });
    this.#context = { config, logger, platform, offsets: new CommittedOffsets() };
  }

  producer(config: ProducerConfig = {}): Producer {
    return new DoorProducer(this.#context, config).door;
  }

  consumer(config: ConsumerConfig): Consumer {
    return new DoorConsumer(this.#context, config).door;
  }

  admin(config: AdminConfig = {}): Admin {
    return new DoorAdmin(this.#context, config).door;
  }

  logger(): Logger {
    return this.#context.logger;
  }
}
