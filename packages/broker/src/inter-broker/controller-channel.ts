/**
 * This broker's way to whoever is controller: itself, or another broker over a connection.
 *
 * Owns: finding the controller. One attempt a call; whoever asks decides when to ask again.
 */
import { alterPartitionApi, controlledShutdownApi } from '@zurau/protocol';
import type { AlterationAnswer, IsrAlteration } from '../controller/isr-alteration.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import type { IsrChange, IsrChangesAnswer } from '../replica/isr-changes.ts';
import { alterPartitionRequest, newestVersionFor, outcomesOf } from './alter-partition-wire.ts';
import type { PeerConnection } from './peer-connection.ts';

/** First version of ControlledShutdown that says in which life the broker is (KIP-380). */
const BROKER_EPOCH_VERSION_MIN = 2;

/** The controller in this process, as far as it is one. */
export interface LocalController {
  readonly isActive: boolean;
  /** -1 while nobody is known. */
  readonly controllerId: number;
  alterPartitions(
    brokerId: number,
    brokerEpoch: number,
    alterations: readonly IsrAlteration[],
  ): Promise<AlterationAnswer>;
  controlledShutdown(
    brokerId: number,
    brokerEpoch: number,
  ): Promise<{ readonly errorCode: number; readonly remaining: readonly TopicPartition[] }>;
}

export interface ControllerChannelDependencies {
  readonly brokerId: number;
  readonly brokerEpoch: () => number;
  readonly local: LocalController;
  readonly connect: (brokerId: number) => PeerConnection;
}

export class ControllerChannel {
  readonly #dependencies: ControllerChannelDependencies;
  #remote: { readonly brokerId: number; readonly connection: PeerConnection } | undefined;
  #closed = false;

  constructor(dependencies: ControllerChannelDependencies) {
    this.#dependencies = dependencies;
  }

  /** Rejects when there is no controller, or no answer. */
  async alterPartitions(changes: readonly IsrChange[]): Promise<IsrChangesAnswer> {
    const { brokerId, brokerEpoch, local } = this.#dependencies;
    if (local.isActive) {
      const asked = changes.map((change) => ({ ...change, isRecovering: false }));
      const { errorCode, outcomes } = await local.alterPartitions(brokerId, brokerEpoch(), asked);
      return { errorCode, outcomes: outcomes.map(({ result }) => result) };
    }
    const { response, version } = await this.#connection().request(
      alterPartitionApi,
      (apiVersion) => alterPartitionRequest(brokerId, brokerEpoch(), changes, apiVersion),
      { max: newestVersionFor(changes) },
    );
    return { errorCode: response.errorCode, outcomes: outcomesOf(changes, response, version) };
  }

  /** Asks to hand over what this broker leads; answers how much is left. Rejects when there is no controller, or no answer. */
  async controlledShutdown(): Promise<{ errorCode: number; remainingCount: number }> {
    const { brokerId, brokerEpoch, local } = this.#dependencies;
    if (local.isActive) {
      const { errorCode, remaining } = await local.controlledShutdown(brokerId, brokerEpoch());
      return { errorCode, remainingCount: remaining.length };
    }
    const { response } = await this.#connection().request(controlledShutdownApi, (version) => ({
      brokerId,
      ...(version >= BROKER_EPOCH_VERSION_MIN ? { brokerEpoch: brokerEpoch() } : {}),
    }));
    const { errorCode, remainingPartitions } = response;
    return { errorCode, remainingCount: remainingPartitions.length };
  }

  /** Whatever waits for an answer rejects. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#remote?.connection.close();
  }

  #connection(): PeerConnection {
    const { local, connect } = this.#dependencies;
    const brokerId = local.controllerId;
    if (this.#closed || brokerId < 0) throw new Error('no controller is known');
    if (this.#remote?.brokerId !== brokerId) {
      this.#remote?.connection.close();
      this.#remote = { brokerId, connection: connect(brokerId) };
    }
    return this.#remote.connection;
  }
}
