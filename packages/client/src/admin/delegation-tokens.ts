/** Delegation tokens: credentials that a client hands on to its workers (KIP-48, KIP-373). Need a connection that is authenticated. */
import {
  createDelegationTokenApi,
  describeDelegationTokenApi,
  expireDelegationTokenApi,
  renewDelegationTokenApi,
} from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { clientError } from '../errors.ts';
import { requireSuccess } from './results.ts';

/** Times are milliseconds since the epoch. */
export interface DelegationToken {
  /** `User:alice`. */
  readonly owner: string;
  /** Who asked for it; empty when the broker is too old to tell. */
  readonly requester: string;
  readonly tokenId: string;
  /** The password that goes with the id, in base64, for `sasl: { mechanism: 'SCRAM-SHA-256', tokenAuth: true }`. */
  readonly hmac: Buffer;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** It cannot be renewed beyond. */
  readonly maxAtMs: number;
}

export interface CreateTokenOptions extends OperationOptions {
  /** For somebody else (KIP-373); `User:alice`. */
  readonly owner?: string;
  /** Who else may renew it; `User:bob`. */
  readonly renewers?: readonly string[];
  /** The broker's `delegation.token.max.lifetime.ms` by default. */
  readonly maxLifetimeMs?: number;
}

const OWNER_VERSION_MIN = 3;

/** Not retried once it may have been carried out: a second one would be another token. */
export async function createDelegationToken(
  cluster: Cluster,
  options: CreateTokenOptions,
): Promise<DelegationToken> {
  const { owner, renewers = [], maxLifetimeMs = -1 } = options;
  const node = await readyBroker(cluster, 'Creating a delegation token', options);
  const ownerFields =
    owner === undefined
      ? {}
      : {
          ownerPrincipalType: principalOf(owner).principalType,
          ownerPrincipalName: principalOf(owner).principalName,
        };
  const token = await node.request(
    createDelegationTokenApi,
    { ...ownerFields, renewers: renewers.map(principalOf), maxLifetimeMs },
    {
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      versions: owner === undefined ? {} : { min: OWNER_VERSION_MIN },
    },
  );
  requireSuccess('Creating a delegation token', token);
  return {
    owner: `${token.principalType}:${token.principalName}`,
    requester: requesterOf(token),
    tokenId: token.tokenId,
    hmac: token.hmac,
    issuedAtMs: token.issueTimestampMs,
    expiresAtMs: token.expiryTimestampMs,
    maxAtMs: token.maxTimestampMs,
  };
}

/** Of these owners (`User:alice`); by default all that the caller may see. */
export async function describeDelegationTokens(
  cluster: Cluster,
  owners: readonly string[] | undefined,
  options: OperationOptions,
): Promise<(DelegationToken & { readonly renewers: readonly string[] })[]> {
  const about = 'Describing delegation tokens';
  return await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      describeDelegationTokenApi,
      { owners: owners?.map(principalOf) ?? null },
      { signal: options.signal },
    );
    requireSuccess(about, response);
    return response.tokens.map((token) => ({
      owner: `${token.principalType}:${token.principalName}`,
      requester: requesterOf(token),
      tokenId: token.tokenId,
      hmac: token.hmac,
      issuedAtMs: token.issueTimestamp,
      expiresAtMs: token.expiryTimestamp,
      maxAtMs: token.maxTimestamp,
      renewers: token.renewers.map(
        ({ principalType, principalName }) => `${principalType}:${principalName}`,
      ),
    }));
  });
}

/** By `renewMs`, or by the broker's `delegation.token.expiry.time.ms`. Resolves with the new end, milliseconds since the epoch. */
export async function renewDelegationToken(
  cluster: Cluster,
  hmac: Uint8Array,
  options: OperationOptions & { readonly renewMs?: number },
): Promise<number> {
  const about = 'Renewing a delegation token';
  const node = await readyBroker(cluster, about, options);
  const response = await node.request(
    renewDelegationTokenApi,
    { hmac: Buffer.from(hmac), renewPeriodMs: options.renewMs ?? -1 },
    { signal: options.signal, timeoutMs: options.timeoutMs },
  );
  requireSuccess(about, response);
  return response.expiryTimestampMs;
}

/** Ends it now, or `afterMs` from now. Resolves with its end, milliseconds since the epoch. */
export async function expireDelegationToken(
  cluster: Cluster,
  hmac: Uint8Array,
  options: OperationOptions & { readonly afterMs?: number },
): Promise<number> {
  const about = 'Expiring a delegation token';
  const node = await readyBroker(cluster, about, options);
  const response = await node.request(
    expireDelegationTokenApi,
    { hmac: Buffer.from(hmac), expiryTimePeriodMs: options.afterMs ?? -1 },
    { signal: options.signal, timeoutMs: options.timeoutMs },
  );
  requireSuccess(about, response);
  return response.expiryTimestampMs;
}

/** A broker, connected. */
async function readyBroker(
  cluster: Cluster,
  about: string,
  options: OperationOptions,
): Promise<BrokerNode> {
  return await cluster.retrying(about, options, () => cluster.anyBroker(options.signal));
}

function principalOf(text: string): { principalType: string; principalName: string } {
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw clientError('INVALID_ARGUMENT', `"${text}" is not a principal; write User:name.`);
  }
  return { principalType: text.slice(0, colon), principalName: text.slice(colon + 1) };
}

function requesterOf(token: {
  readonly tokenRequesterPrincipalType: string;
  readonly tokenRequesterPrincipalName: string;
}): string {
  const { tokenRequesterPrincipalType: type, tokenRequesterPrincipalName: name } = token;
  return type === '' ? '' : `${type}:${name}`;
}
