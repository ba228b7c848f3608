/**
 * The controller's link to another broker: its three requests over a connection of their own, so that nothing else delays them.
 */
import {
  leaderAndIsrApi,
  stopReplicaApi,
  updateMetadataApi,
  type LeaderAndIsrRequest,
  type LeaderAndIsrResponse,
  type StopReplicaRequest,
  type StopReplicaResponse,
  type UpdateMetadataRequest,
  type UpdateMetadataResponse,
} from '@zurau/protocol';
import type { BrokerLink } from '../controller/broker-link.ts';
import type { PeerConnection, VersionLimits } from './peer-connection.ts';

/** First versions with topic ids (LeaderAndIsr, UpdateMetadata) and with leader epochs (StopReplica): Kafka 2.8. */
const LEADER_AND_ISR: VersionLimits = { min: 5 };
const UPDATE_METADATA: VersionLimits = { min: 7 };
const STOP_REPLICA: VersionLimits = { min: 3 };

export class RemoteBrokerLink implements BrokerLink {
  readonly #connection: PeerConnection;

  constructor(connection: PeerConnection) {
    this.#connection = connection;
  }

  async leaderAndIsr(request: LeaderAndIsrRequest): Promise<LeaderAndIsrResponse> {
    return (await this.#connection.request(leaderAndIsrApi, () => request, LEADER_AND_ISR))
      .response;
  }

  async updateMetadata(request: UpdateMetadataRequest): Promise<UpdateMetadataResponse> {
    return (await this.#connection.request(updateMetadataApi, () => request, UPDATE_METADATA))
      .response;
  }

  async stopReplica(request: StopReplicaRequest): Promise<StopReplicaResponse> {
    return (await this.#connection.request(stopReplicaApi, () => request, STOP_REPLICA)).response;
  }

  close(): void {
    this.#connection.close();
  }
}
