/**
 * What a scenario is: steps that are sent alike to two brokers, in every version of one API that both offer.
 */
import type { Api } from '@zurau/protocol';
import type { Driver } from './driver.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a list of APIs of all types
export type AnyApi = Api<any, any, any, any>;

/** A pair of brokers that are configured alike. */
export type Profile =
  /** Kafka's defaults. */
  | 'default'
  /** Nothing is allowed: no automatic creation, no deletion of topics; small limits. */
  | 'strict';

export interface Scenario {
  readonly name: string;
  readonly api: AnyApi;
  readonly profile: Profile;
  /** First version to run in, where older ones have nothing to say. */
  readonly fromVersion: number;
  readonly run: (broker: Driver) => Promise<void>;
}

export function scenario(
  name: string,
  api: AnyApi,
  run: (broker: Driver) => Promise<void>,
  options: { readonly profile?: Profile; readonly fromVersion?: number } = {},
): Scenario {
  const { profile = 'default', fromVersion = 0 } = options;
  return { name, api, profile, fromVersion, run };
}
