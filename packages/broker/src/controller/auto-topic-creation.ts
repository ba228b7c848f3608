/**
 * Topics that come into being because someone asked for them: by producing to them, or by needing a coordinator.
 *
 * Owns: which creations are under way, so that a hundred clients that ask at once create a topic once.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Logger } from '../logging.ts';
import { topicNameProblem } from '../metadata/topic-names.ts';
import { BROKER_DEFAULT, TopicProblem } from './topic-plan.ts';
import type { TopicAdmin, TopicConfigs } from './topic-admin.ts';

/** Creations under way at most; more are refused, and clients come back. */
const CREATIONS_MAX = 1_000;

export interface InternalTopicSettings {
  readonly partitionCount: number;
  readonly replicationFactor: number;
  readonly configs: TopicConfigs;
}

export interface AutoTopicCreationDependencies {
  readonly admin: TopicAdmin;
  /** For `__consumer_offsets` and `__transaction_state`; undefined for every other topic, which gets the broker's defaults. */
  readonly internalTopic: (name: string) => InternalTopicSettings | undefined;
  readonly logger: Logger;
}

export class AutoTopicCreation {
  readonly #dependencies: AutoTopicCreationDependencies;
  readonly #underWay = new Map<string, Promise<number>>();

  constructor(dependencies: AutoTopicCreationDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Creates a topic if it is not there. Resolves with NONE once the store has it (its leaders come a little later), with the reason why it cannot be
   * otherwise. Never rejects.
   */
  create(topic: string): Promise<number> {
    const underWay = this.#underWay.get(topic);
    if (underWay !== undefined) return underWay;
    if (topicNameProblem(topic) !== undefined) {
      return Promise.resolve(ErrorCode.INVALID_TOPIC_EXCEPTION);
    }
    if (this.#underWay.size >= CREATIONS_MAX) {
      return Promise.resolve(ErrorCode.LEADER_NOT_AVAILABLE);
    }
    const creation = this.#create(topic).finally(() => this.#underWay.delete(topic));
    this.#underWay.set(topic, creation);
    return creation;
  }

  /** Has a topic created without waiting for it; failures are logged. */
  createLater(topic: string): void {
    void this.create(topic);
  }

  async #create(name: string): Promise<number> {
    const settings = this.#dependencies.internalTopic(name);
    try {
      const outcome = await this.#dependencies.admin.create(
        {
          name,
          partitionCount: settings?.partitionCount ?? BROKER_DEFAULT,
          replicationFactor: settings?.replicationFactor ?? BROKER_DEFAULT,
          assignments: [],
          configs: Object.entries(settings?.configs ?? {}).map(([key, value]) => ({
            name: key,
            value,
          })),
        },
        false,
      );
      if (!(outcome instanceof TopicProblem)) return ErrorCode.NONE;
      if (outcome.errorCode === ErrorCode.TOPIC_ALREADY_EXISTS) return ErrorCode.NONE;
      const { errorCode, message } = outcome;
      this.#dependencies.logger.warn({ topic: name, reason: message }, 'topic not created');
      return errorCode;
    } catch (error) {
      this.#dependencies.logger.error({ topic: name, err: error }, 'topic not created');
      return ErrorCode.UNKNOWN_SERVER_ERROR;
    }
  }
}
