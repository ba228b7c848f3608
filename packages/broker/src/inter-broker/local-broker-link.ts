/**
 * The controller's link to the broker in its own process: the same orders that arrive by a connection elsewhere, without a socket.
 */
import type {
  LeaderAndIsrRequest,
  LeaderAndIsrResponse,
  StopReplicaRequest,
  StopReplicaResponse,
  UpdateMetadataRequest,
  UpdateMetadataResponse,
} from '@zurau/protocol';
import type { BrokerLink } from '../controller/broker-link.ts';
import type { Checkpoint, ControlOrders } from '../replica/control-orders.ts';

export class LocalBrokerLink implements BrokerLink {
  readonly #orders: ControlOrders;
  /** Grows with every close: what was under way then stops. Another link may be opened later, the broker lives as long as the process does. */
  #generation = 0;

  constructor(orders: ControlOrders) {
    this.#orders = orders;
  }

  leaderAndIsr(request: LeaderAndIsrRequest): Promise<LeaderAndIsrResponse> {
    return this.#orders.leaderAndIsr(request, this.#whileOpen());
  }

  updateMetadata(request: UpdateMetadataRequest): Promise<UpdateMetadataResponse> {
    return this.#orders.updateMetadata(request);
  }

  stopReplica(request: StopReplicaRequest): Promise<StopReplicaResponse> {
    return this.#orders.stopReplica(request, this.#whileOpen());
  }

  close(): void {
    this.#generation++;
  }

  #whileOpen(): Checkpoint {
    const generation = this.#generation;
    return () => {
      if (this.#generation !== generation) throw new Error('the link to this broker was closed');
    };
  }
}
