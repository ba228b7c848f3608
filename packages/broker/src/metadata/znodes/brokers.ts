/**
 * Where brokers are registered: `/brokers/ids/N`, `/brokers/seqid`, `/cluster/id`.
 *
 * Owns: paths and contents of these nodes, as Apache Kafka 3.9 writes them.
 */
import type { BrokerEndpoint, SecurityProtocol } from '../../controller/broker-link.ts';
import { encodeJson, ZnodeError, ZnodeObject } from './json.ts';

/** What a broker says of itself. */
export interface BrokerRegistration {
  readonly id: number;
  readonly endpoints: readonly BrokerEndpoint[];
  readonly rack: string | null;
  readonly timestampMs: number;
}

const SECURITY_PROTOCOLS: readonly string[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];

/** `/brokers/ids`: parent of one ephemeral node a living broker. */
export const brokerIdsZnode: { readonly path: string } = { path: '/brokers/ids' };

/** `/brokers/ids/N`, ephemeral. Written in version 5, read from version 4 on. */
export const brokerIdZnode = {
  path: (id: number): string => `${brokerIdsZnode.path}/${id}`,

  encode({ endpoints, rack, timestampMs }: BrokerRegistration): Buffer {
    const plain = endpoints.find((endpoint) => endpoint.securityProtocol === 'PLAINTEXT');
    return encodeJson({
      version: 5,
      // The fields of the first format, kept for clients that only know that: the plaintext endpoint or nothing.
      host: plain?.host ?? null,
      port: plain?.port ?? -1,
      jmx_port: -1,
      timestamp: String(timestampMs),
      endpoints: endpoints.map(
        (each) => `${each.listenerName}://${hostText(each.host)}:${each.port}`,
      ),
      listener_security_protocol_map: Object.fromEntries(
        endpoints.map((each) => [each.listenerName, each.securityProtocol]),
      ),
      features: {},
      ...(rack === null ? {} : { rack }),
    });
  },

  /** Throws ZnodeError. */
  decode(id: number, data: Buffer): BrokerRegistration {
    const path = brokerIdZnode.path(id);
    const json = ZnodeObject.parse(path, data);
    if (json.int('version') < 4) throw new ZnodeError(path, 'is older than version 4');
    const protocols = json.object('listener_security_protocol_map');
    return {
      id,
      rack: json.stringOr('rack', null),
      timestampMs: json.has('timestamp') ? json.textInt('timestamp') : -1,
      endpoints: json.strings('endpoints').map((text) => endpointOf(path, text, protocols)),
    };
  },
};

/** `/brokers/seqid`: each write of it gives the next generated broker id, by the version that the write makes. */
export const brokerSequenceZnode: { readonly path: string } = { path: '/brokers/seqid' };

/** `/cluster/id`. */
export const clusterIdZnode = {
  path: '/cluster/id',
  // The version is text in this one.
  encode: (id: string): Buffer => encodeJson({ version: '1', id }),
  decode: (data: Buffer): string => ZnodeObject.parse('/cluster/id', data).string('id'),
};

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function endpointOf(path: string, text: string, protocols: ZnodeObject): BrokerEndpoint {
  const match = /^([^:]+):\/\/(?:\[([^\]]*)\]|([^:]*)):(-?\d+)$/.exec(text);
  const listenerName = match?.[1];
  if (match === null || listenerName === undefined) {
    throw new ZnodeError(path, `"${text}" is not an endpoint`);
  }
  const protocol = protocols.string(listenerName);
  if (!isSecurityProtocol(protocol)) {
    throw new ZnodeError(path, `"${protocol}" is not a security protocol`);
  }
  return {
    listenerName,
    host: match[2] ?? match[3] ?? '',
    port: Number(match[4]),
    securityProtocol: protocol,
  };
}

function isSecurityProtocol(text: string): text is SecurityProtocol {
  return SECURITY_PROTOCOLS.includes(text);
}
