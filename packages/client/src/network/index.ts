/** `@zurau/client/network`: connections to brokers, without the rest of the client; for brokers that talk to each other. */
export { type BrokerAddress, formatAddress, parseAddress } from './address.ts';
export { Connection, type ConnectionOptions, type RequestOptions } from './connection.ts';
export type { ResponseCallback } from './in-flight.ts';
export { createReadStage, READ_STAGE_BYTES } from './frame-reader.ts';
export { BrokerVersions, type ClientSoftware, negotiateVersions } from './versions.ts';
