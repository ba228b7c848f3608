/**
 * How the controller speaks to one broker: the three requests that only a controller sends. For the broker in the same process they call what the API
 * handlers call; for others a connection carries them.
 *
 * Owns: the interface. Requests to one broker are sent one after another, in order, by the controller's `BrokerChannels`.
 */
import type {
  LeaderAndIsrRequest,
  LeaderAndIsrResponse,
  StopReplicaRequest,
  StopReplicaResponse,
  UpdateMetadataRequest,
  UpdateMetadataResponse,
} from '@zurau/protocol';

/** One broker as the controller sees it. A rejected promise means that the broker may not have got the request; it is sent again. */
export interface BrokerLink {
  leaderAndIsr(request: LeaderAndIsrRequest): Promise<LeaderAndIsrResponse>;
  updateMetadata(request: UpdateMetadataRequest): Promise<UpdateMetadataResponse>;
  stopReplica(request: StopReplicaRequest): Promise<StopReplicaResponse>;
  /** Called when the broker is gone or the controller resigns. Pending calls may reject. */
  close(): void;
}

/** Makes the link to a registered broker. */
export type BrokerLinkFactory = (broker: BrokerAddress) => BrokerLink;

/** A registered broker, as `/brokers/ids/N` describes it. */
export interface BrokerAddress {
  readonly id: number;
  /** Transaction id of the registration (czxid): tells one life of a broker from the next. */
  readonly epoch: number;
  readonly rack: string | null;
  readonly endpoints: readonly BrokerEndpoint[];
}

export interface BrokerEndpoint {
  readonly host: string;
  readonly port: number;
  readonly listenerName: string;
  readonly securityProtocol: SecurityProtocol;
}

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';

/** The number of a security protocol on the wire. */
export const SECURITY_PROTOCOL_IDS: Readonly<Record<SecurityProtocol, number>> = {
  PLAINTEXT: 0,
  SSL: 1,
  SASL_PLAINTEXT: 2,
  SASL_SSL: 3,
};
