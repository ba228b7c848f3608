/**
 * Listeners: where the broker listens, what it tells clients to connect to, and which listener
 * brokers use among themselves.
 *
 * Owns: the syntax of `listeners`, `advertised.listeners` and `listener.security.protocol.map`, and
 * the rules between them. Opens nothing.
 */
import { ConfigError, invalidValue } from './config-error.ts';
import type { ConfigReader } from './config-reader.ts';

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';

export interface Endpoint {
  /** In capitals; names are compared without regard to case. */
  readonly listenerName: string;
  readonly securityProtocol: SecurityProtocol;
  /** A name, an IPv4 or an IPv6 address without brackets; empty for every address. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

const SECURITY_PROTOCOLS: readonly string[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];

const LISTENER = /^([^:]*):\/\/(?:\[([0-9a-zA-Z:.%_-]*)\]|([0-9a-zA-Z.%_-]*)):(\d+)$/;

/** Where the broker listens. Throws {@link ConfigError}. */
export function listeners(config: ConfigReader): Endpoint[] {
  const text = config.get('listeners');
  const endpoints = parseEndpoints('listeners', text, securityProtocols(config));
  checkDistinctPorts(text, endpoints);
  return endpoints;
}

/** What clients are told; `listeners` where nothing else is said. Throws {@link ConfigError}. */
export function advertisedListeners(config: ConfigReader): Endpoint[] {
  const text = config.get('advertised.listeners');
  if (text === null) return listeners(config);
  return parseEndpoints('advertised.listeners', text, securityProtocols(config));
}

/** The listener that brokers use among themselves. Throws {@link ConfigError}. */
export function interBrokerListenerName(config: ConfigReader): string {
  const name = config.get('inter.broker.listener.name');
  if (name === null) return config.get('security.inter.broker.protocol');
  if (config.isSet('security.inter.broker.protocol')) {
    throw new ConfigError(
      'inter.broker.listener.name and security.inter.broker.protocol exclude each other: set one of the two',
      'inter.broker.listener.name',
    );
  }
  const listenerName = name.toUpperCase();
  if (!securityProtocols(config).has(listenerName)) {
    throw invalidValue(
      'inter.broker.listener.name',
      name,
      'must be a listener name in listener.security.protocol.map',
    );
  }
  return listenerName;
}

/**
 * The endpoints to publish once the sockets are open: free ports (0) replaced by those that were
 * bound, empty hosts by the name of this machine.
 */
export function publishedEndpoints(
  advertised: readonly Endpoint[],
  boundPortOf: (listenerName: string) => number | undefined,
  hostName: string,
): Endpoint[] {
  return advertised.map((endpoint) => ({
    ...endpoint,
    host: endpoint.host === '' ? hostName : endpoint.host,
    port: endpoint.port === 0 ? (boundPortOf(endpoint.listenerName) ?? 0) : endpoint.port,
  }));
}

/** `NAME://host:port`, with brackets around an IPv6 address. */
export function endpointText(endpoint: Endpoint): string {
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.listenerName}://${host}:${endpoint.port}`;
}

/** Checks all that is said about listeners. Throws {@link ConfigError}. */
export function checkListeners(config: ConfigReader): void {
  const listening = new Set(listeners(config).map((endpoint) => endpoint.listenerName));
  const advertised = advertisedListeners(config);
  const names = advertised.map((endpoint) => endpoint.listenerName);
  const shown = config.get('advertised.listeners') ?? config.get('listeners');
  if (advertised.length === 0) {
    throw invalidValue('advertised.listeners', shown, 'must name at least one listener');
  }
  const interBroker = interBrokerListenerName(config);
  if (!names.includes(interBroker)) {
    throw invalidValue(
      'inter.broker.listener.name',
      interBroker,
      `must be an advertised listener, one of: ${names.join(', ')}`,
    );
  }
  const extra = names.find((name) => !listening.has(name));
  if (extra !== undefined) {
    throw invalidValue(
      'advertised.listeners',
      shown,
      `${extra} must be one of the names in listeners: ${[...listening].join(', ')}`,
    );
  }
  if (advertised.some((endpoint) => endpoint.host === '0.0.0.0')) {
    throw invalidValue(
      'advertised.listeners',
      shown,
      'clients cannot connect to 0.0.0.0; name an address that they can reach',
    );
  }
}

/** `NAME:PROTOCOL` pairs; names in capitals. */
function securityProtocols(config: ConfigReader): ReadonlyMap<string, SecurityProtocol> {
  const key = 'listener.security.protocol.map';
  const text = config.get(key);
  const protocols = new Map<string, SecurityProtocol>();
  for (const pair of splitList(text)) {
    const colon = pair.lastIndexOf(':');
    const protocol = pair.slice(colon + 1).trim();
    if (colon < 0 || !isSecurityProtocol(protocol)) {
      throw invalidValue(
        key,
        text,
        `${pair} must be NAME:PROTOCOL, with one of: ${SECURITY_PROTOCOLS.join(', ')}`,
      );
    }
    protocols.set(pair.slice(0, colon).trim().toUpperCase(), protocol);
  }
  return protocols;
}

function isSecurityProtocol(text: string): text is SecurityProtocol {
  return SECURITY_PROTOCOLS.includes(text);
}

function parseEndpoints(
  key: string,
  text: string,
  protocols: ReadonlyMap<string, SecurityProtocol>,
): Endpoint[] {
  const endpoints = splitList(text).map((part) => parseEndpoint(key, text, part, protocols));
  const names = endpoints.map((endpoint) => endpoint.listenerName);
  if (new Set(names).size < names.length) {
    throw invalidValue(key, text, 'each listener must have a name of its own');
  }
  return endpoints;
}

function parseEndpoint(
  key: string,
  text: string,
  part: string,
  protocols: ReadonlyMap<string, SecurityProtocol>,
): Endpoint {
  const [, name = '', ipv6, plainHost = '', portText = ''] = LISTENER.exec(part) ?? [];
  const port = Number(portText);
  if (portText === '' || name === '' || port > 65_535) {
    throw invalidValue(
      key,
      text,
      `${part} must be NAME://host:port, an IPv6 address in brackets, the port at most 65535`,
    );
  }
  const listenerName = name.toUpperCase();
  const securityProtocol = protocols.get(listenerName);
  if (securityProtocol === undefined) {
    throw invalidValue(
      key,
      text,
      `${listenerName} has no security protocol: add it to listener.security.protocol.map`,
    );
  }
  return { listenerName, securityProtocol, host: ipv6 ?? plainHost, port };
}

/** Two listeners may share a port only as an IPv4 and an IPv6 address. */
function checkDistinctPorts(text: string, endpoints: readonly Endpoint[]): void {
  const byPort = new Map<number, Endpoint[]>();
  for (const endpoint of endpoints) {
    if (endpoint.port === 0) continue;
    byPort.set(endpoint.port, [...(byPort.get(endpoint.port) ?? []), endpoint]);
  }
  for (const [port, sharing] of byPort) {
    const families = new Set(sharing.map((endpoint) => addressFamily(endpoint.host)));
    const isPair = sharing.length === 2 && families.has('IPv4') && families.has('IPv6');
    if (sharing.length > 1 && !isPair) {
      throw invalidValue(
        'listeners',
        text,
        `port ${port} is used twice, which only an IPv4 and an IPv6 address may do`,
      );
    }
  }
}

function addressFamily(host: string): 'IPv4' | 'IPv6' | 'name' {
  if (host.includes(':')) return 'IPv6';
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? 'IPv4' : 'name';
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
