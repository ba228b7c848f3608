/**
 * `/feature`: which features the cluster has agreed on (KIP-584).
 *
 * Owns: path and content of this node, as Apache Kafka 3.9 writes it. No feature exists for clusters on ZooKeeper yet: what counts is that the node is there, and
 * says that features may be.
 */
import { encodeJson, ZnodeObject } from './json.ts';

const ENABLED = 1;

export const featureZnode = {
  path: '/feature',

  /** Features enabled, none agreed on. */
  encodeEmpty: (): Buffer => encodeJson({ version: 2, status: ENABLED, features: {} }),

  /** Whether the cluster agrees on features; not so after an upgrade from a Kafka older than 2.7. Throws ZnodeError. */
  isEnabled: (data: Buffer): boolean =>
    ZnodeObject.parse('/feature', data).int('status') === ENABLED,
};
