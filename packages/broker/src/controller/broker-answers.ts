/**
 * What brokers answer to the controller's requests, and what follows from it: replicas whose directory is lost are led by others, deletions go on.
 *
 * Owns: the reading of answers. Each is an event of its own; what it leads to is in the batch afterwards, for the caller to send.
 */
import { ErrorCode, type LeaderAndIsrResponse } from '@zurau/protocol';
import type { Logger } from '../logging.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import type { ControlAnswer } from './broker-channels.ts';
import type { ClusterState, PartitionEntry } from './cluster-state.ts';
import type { LeadershipChanges } from './leadership.ts';
import type { TopicDeletions } from './topic-deletion.ts';

type StopReplicaAnswer = Extract<ControlAnswer, { type: 'stop-replica' }>;

export class BrokerAnswers {
  readonly #state: ClusterState;
  readonly #leadership: LeadershipChanges;
  readonly #deletions: TopicDeletions;
  readonly #logger: Logger;

  constructor(dependencies: {
    readonly state: ClusterState;
    readonly leadership: LeadershipChanges;
    readonly deletions: TopicDeletions;
    readonly logger: Logger;
  }) {
    this.#state = dependencies.state;
    this.#leadership = dependencies.leadership;
    this.#deletions = dependencies.deletions;
    this.#logger = dependencies.logger;
  }

  async take(brokerId: number, answer: ControlAnswer): Promise<void> {
    switch (answer.type) {
      case 'leader-and-isr':
        await this.#leaderAndIsrAnswered(brokerId, answer.response);
        break;
      case 'stop-replica':
        await this.#stopReplicaAnswered(brokerId, answer);
        break;
      case 'update-metadata': {
        const { errorCode } = answer.response;
        if (errorCode === ErrorCode.NONE) break;
        this.#logger.warn({ brokerId, errorCode }, 'a broker refused the metadata');
        break;
      }
    }
  }

  async #leaderAndIsrAnswered(brokerId: number, response: LeaderAndIsrResponse): Promise<void> {
    if (response.errorCode !== ErrorCode.NONE) {
      const { errorCode } = response;
      this.#logger.warn({ brokerId, errorCode }, 'a broker refused leader and ISR');
      return;
    }
    const namesById = this.#state.topicNamesById();
    const lost: PartitionEntry[] = [];
    const back: PartitionEntry[] = [];
    for (const { topicId, partitionErrors } of response.topics) {
      for (const { partitionIndex, errorCode } of partitionErrors) {
        const entry = this.#state.partition(namesById.get(topicId) ?? '', partitionIndex);
        if (entry === undefined) continue;
        if (errorCode === ErrorCode.KAFKA_STORAGE_ERROR) lost.push(entry);
        else if (errorCode === ErrorCode.NONE && entry.offlineDirs.delete(brokerId)) {
          back.push(entry);
        }
      }
    }
    if (back.length > 0) await this.#leadership.bringOnline(back);
    const news = lost.filter((entry) => !entry.offlineDirs.has(brokerId));
    if (news.length === 0) return;
    for (const entry of news) entry.offlineDirs.add(brokerId);
    await this.#leadership.bringOnline(news);
    await this.#leadership.dropReplica(brokerId, news);
  }

  async #stopReplicaAnswered(
    brokerId: number,
    { request, response }: StopReplicaAnswer,
  ): Promise<void> {
    const failed = new Set(
      response.partitionErrors
        .filter((each) => each.errorCode !== ErrorCode.NONE)
        .map((each) => `${each.topicName}/${each.partitionIndex}`),
    );
    const deleted = request.topicStates.flatMap(({ topicName, partitionStates }) =>
      partitionStates
        .filter((each) => each.deletePartition)
        .map((each) => ({ topic: topicName, partition: each.partitionIndex })),
    );
    const succeeded = (each: TopicPartition): boolean =>
      response.errorCode === ErrorCode.NONE && !failed.has(`${each.topic}/${each.partition}`);
    this.#deletions.answered(brokerId, deleted.filter(succeeded), true);
    this.#deletions.answered(
      brokerId,
      deleted.filter((each) => !succeeded(each)),
      false,
    );
    if (deleted.length > 0) await this.#deletions.advance();
  }
}
