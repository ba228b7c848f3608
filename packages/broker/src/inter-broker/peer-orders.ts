/**
 * The controller's orders as they come by the network, from whoever says that it is controller: judged here, then carried out as those of our own.
 *
 * Owns: the judgement. Without an authorizer nothing but the metadata store can tell who is controller:
 *
 *   alone on the embedded store   no other broker can be: nobody is obeyed
 *   one of several                an epoch above all that were seen has to be in the store, where each controller writes it before its first order
 *
 * A controller that the store knows is obeyed as in Kafka, for what it says can be checked no further.
 */
import { ErrorCode } from '@zurau/protocol';
import type {
  LeaderAndIsrRequest,
  LeaderAndIsrResponse,
  StopReplicaRequest,
  StopReplicaResponse,
  UpdateMetadataRequest,
  UpdateMetadataResponse,
} from '@zurau/protocol';
import type { Logger } from '../logging.ts';
import type { ControlOrders } from '../replica/control-orders.ts';

/** Whether the store knows of a controller of this epoch. Never rejects: whoever cannot ask does not refuse. */
export type EpochConfirmation = (controllerEpoch: number) => Promise<boolean>;

interface Order {
  readonly controllerId: number;
  readonly controllerEpoch: number;
  readonly brokerEpoch: number;
}

export class PeerOrders {
  readonly #orders: ControlOrders;
  readonly #logger: Logger;
  readonly #isConfirmed: EpochConfirmation | undefined;

  /** Without `isConfirmed` nobody is obeyed. */
  constructor(orders: ControlOrders, logger: Logger, isConfirmed: EpochConfirmation | undefined) {
    this.#orders = orders;
    this.#logger = logger;
    this.#isConfirmed = isConfirmed;
  }

  async leaderAndIsr(request: LeaderAndIsrRequest): Promise<LeaderAndIsrResponse> {
    const errorCode = await this.#refusal(request);
    if (errorCode !== ErrorCode.NONE) return { errorCode, partitionErrors: [], topics: [] };
    return this.#orders.leaderAndIsr(request);
  }

  async updateMetadata(request: UpdateMetadataRequest): Promise<UpdateMetadataResponse> {
    const errorCode = await this.#refusal(request);
    return errorCode === ErrorCode.NONE ? this.#orders.updateMetadata(request) : { errorCode };
  }

  async stopReplica(request: StopReplicaRequest): Promise<StopReplicaResponse> {
    const errorCode = await this.#refusal(request);
    if (errorCode !== ErrorCode.NONE) return { errorCode, partitionErrors: [] };
    return this.#orders.stopReplica(request);
  }

  async #refusal(order: Order): Promise<number> {
    const staleness = this.#orders.staleness(order);
    if (staleness !== ErrorCode.NONE) return staleness;
    if (await this.#isBelieved(order)) return ErrorCode.NONE;
    const { controllerId, controllerEpoch } = order;
    this.#logger.debug({ controllerId, controllerEpoch }, 'not the controller: order refused');
    return ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
  }

  async #isBelieved({ controllerEpoch }: Order): Promise<boolean> {
    if (this.#isConfirmed === undefined) return false;
    return (
      controllerEpoch <= this.#orders.controllerEpoch || (await this.#isConfirmed(controllerEpoch))
    );
  }
}
