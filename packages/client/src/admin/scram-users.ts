/** SCRAM credentials of users (KIP-554). The password stays here: the broker is given what SCRAM derives from it. */
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { alterUserScramCredentialsApi, describeUserScramCredentialsApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { clientError } from '../errors.ts';
import type { ScramMechanism } from '../network/sasl/sasl-config.ts';
import { SCRAM_ITERATIONS_MIN } from '../network/sasl/scram.ts';
import { callController } from './controller-call.ts';
import { type Outcome, outcomeOf, requireSuccess, throwFailures } from './results.ts';

export type ScramChange =
  | {
      readonly user: string;
      readonly mechanism: ScramMechanism;
      readonly password: string;
      /** 4096 to 16384; 8192 by default, as Kafka's tools. */
      readonly iterations?: number;
      /** Random by default. */
      readonly salt?: Uint8Array;
    }
  | { readonly user: string; readonly mechanism: ScramMechanism; readonly remove: true };

export interface ScramUser {
  readonly user: string;
  readonly credentials: readonly {
    readonly mechanism: ScramMechanism;
    readonly iterations: number;
  }[];
}

const MECHANISMS = { 'SCRAM-SHA-256': 1, 'SCRAM-SHA-512': 2 } as const;
const DIGESTS = {
  'SCRAM-SHA-256': { name: 'sha256', sizeBytes: 32 },
  'SCRAM-SHA-512': { name: 'sha512', sizeBytes: 64 },
} as const;

const ITERATIONS_DEFAULT = 8192;
/** Brokers refuse more. */
const ITERATIONS_MAX = 16_384;
const SALT_BYTES = 24;

const deriveKey = promisify(pbkdf2);

/** Rejects with PartialFailure, whose items are users. A user may occur once. */
export async function alterScramCredentials(
  cluster: Cluster,
  changes: readonly ScramChange[],
  options: OperationOptions,
): Promise<void> {
  const about = 'Altering SCRAM credentials';
  const deletions = changes.flatMap((change) =>
    'remove' in change ? [{ name: change.user, mechanism: MECHANISMS[change.mechanism] }] : [],
  );
  const upsertions = await Promise.all(
    changes.flatMap((change) => ('remove' in change ? [] : [upsertionOf(cluster, change)])),
  );
  const repeatable = { ...options, repeatable: true };
  await callController(cluster, about, repeatable, async ({ controller }) => {
    const { results } = await controller.request(
      alterUserScramCredentialsApi,
      { deletions, upsertions },
      { signal: options.signal },
    );
    throwFailures(
      results.map((result) => outcomeOf(result.user, `${about} of ${result.user}`, result)),
    );
  });
}

async function upsertionOf(
  cluster: Cluster,
  change: Exclude<ScramChange, { remove: true }>,
): Promise<{
  name: string;
  mechanism: number;
  iterations: number;
  salt: Buffer;
  saltedPassword: Buffer;
}> {
  const { user, mechanism, password, iterations = ITERATIONS_DEFAULT } = change;
  if (
    !Number.isInteger(iterations) ||
    iterations < SCRAM_ITERATIONS_MIN ||
    iterations > ITERATIONS_MAX
  ) {
    const range = `from ${SCRAM_ITERATIONS_MIN} to ${ITERATIONS_MAX}`;
    throw clientError('INVALID_ARGUMENT', `iterations must be a whole number ${range}.`);
  }
  const salt = Buffer.from(change.salt ?? cluster.platform.random.bytes(SALT_BYTES));
  const { name, sizeBytes } = DIGESTS[mechanism];
  const saltedPassword = await deriveKey(password, salt, iterations, sizeBytes, name);
  return { name: user, mechanism: MECHANISMS[mechanism], iterations, salt, saltedPassword };
}

/** Of these users, of all by default. One without credentials is a failure with `RESOURCE_NOT_FOUND`. */
export async function describeScramCredentials(
  cluster: Cluster,
  users: readonly string[] | undefined,
  options: OperationOptions,
): Promise<ScramUser[]> {
  const about = 'Describing SCRAM credentials';
  const repeatable = { ...options, repeatable: true };
  return await callController(cluster, about, repeatable, async ({ controller }) => {
    const response = await controller.request(
      describeUserScramCredentialsApi,
      { users: users?.map((name) => ({ name })) ?? null },
      { signal: options.signal },
    );
    requireSuccess(about, response);
    const outcomes = response.results.map((result): Outcome<ScramUser> => {
      const credentials = result.credentialInfos.map(({ mechanism, iterations }) => ({
        mechanism: mechanismOf(mechanism),
        iterations,
      }));
      const value = { user: result.user, credentials };
      return outcomeOf(result.user, `${about} of ${result.user}`, result, value);
    });
    throwFailures(outcomes);
    return outcomes.flatMap(({ value }) => (value === undefined ? [] : [value]));
  });
}

function mechanismOf(number: number): ScramMechanism {
  return number === MECHANISMS['SCRAM-SHA-512'] ? 'SCRAM-SHA-512' : 'SCRAM-SHA-256';
}
