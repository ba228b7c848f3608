/**
 * The controller's orders as they come by the network, from whoever says that it is controller: judged here, then carried out as those of our own.
 *
 * Owns: the judgement. Without an authorizer nothing but the metadata store can tell who is controller:
 *
 *   alone on the embedded store   no other broker can be: nobody is obeyed
 *   one of several                an epoch above all that were seen has to be in the store, where each controller writes it before its first order
 *
 * A controller that the store knows is obeyed as in Kafka, for what it says can be checked no further. But for one thing: a controller has one connection,
 * and what it got no answer to it sends again over the next. What then still arrives by the one before is older than what was carried out since, and
 * UpdateMetadata has no epoch of its own that would tell: it could take a broker that is back out of the cache, for good.
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
  /** Connections in the order in which they brought their first orders. */
  readonly #numbers = new WeakMap<object, number>();
  #connectionCount = 0;
  /** The one that the controller of this epoch uses. */
  #inUse = { controllerEpoch: -1, number: 0 };

  /** Without `isConfirmed` nobody is obeyed. */
  constructor(orders: ControlOrders, logger: Logger, isConfirmed: EpochConfirmation | undefined) {
    this.#orders = orders;
    this.#logger = logger;
    this.#isConfirmed = isConfirmed;
  }

  /** `connection`, here and below: what is the same for all orders that came by one. */
  async leaderAndIsr(
    request: LeaderAndIsrRequest,
    connection: object,
  ): Promise<LeaderAndIsrResponse> {
    const errorCode = await this.#refusal(request);
    if (errorCode !== ErrorCode.NONE) return { errorCode, partitionErrors: [], topics: [] };
    this.#isOvertaken(request, connection);
    return this.#orders.leaderAndIsr(request);
  }

  async updateMetadata(
    request: UpdateMetadataRequest,
    connection: object,
  ): Promise<UpdateMetadataResponse> {
    const errorCode = await this.#refusal(request);
    if (errorCode !== ErrorCode.NONE) return { errorCode };
    if (this.#isOvertaken(request, connection)) {
      this.#logger.debug('metadata by a connection that the controller has given up: refused');
      return { errorCode: ErrorCode.STALE_CONTROLLER_EPOCH };
    }
    return this.#orders.updateMetadata(request);
  }

  async stopReplica(request: StopReplicaRequest, connection: object): Promise<StopReplicaResponse> {
    const errorCode = await this.#refusal(request);
    if (errorCode !== ErrorCode.NONE) return { errorCode, partitionErrors: [] };
    this.#isOvertaken(request, connection);
    return this.#orders.stopReplica(request);
  }

  /** Whether the controller has gone over to another connection since it used this one. Of orders that are believed only. */
  #isOvertaken({ controllerEpoch }: Order, connection: object): boolean {
    let number = this.#numbers.get(connection);
    if (number === undefined) this.#numbers.set(connection, (number = ++this.#connectionCount));
    const { controllerEpoch: epochInUse, number: numberInUse } = this.#inUse;
    if (controllerEpoch < epochInUse) return true;
    if (controllerEpoch === epochInUse && number < numberInUse) return true;
    this.#inUse = { controllerEpoch, number };
    return false;
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
