/** Broker addresses as text: `host:port`, `[::1]:port`, a host alone for the default port. */
import { clientError } from '../errors.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_PORT = 9092;

/** Throws KafkaError `INVALID_ARGUMENT`. */
export function parseAddress(text: string): BrokerAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw clientError(
      'INVALID_ARGUMENT',
      `"${text}" is not a broker address; write host:port, or [ipv6]:port.`,
    );
  }
  return { host, port };
}

export function formatAddress(address: BrokerAddress): string {
  return address.host.includes(':')
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`;
}
