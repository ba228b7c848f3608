/** Features that a cluster has agreed on (KIP-584): `metadata.version`, `kraft.version`, `transaction.version`, ... */
import { apiVersionsApi, updateFeaturesApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { clientSoftware } from '../version.ts';
import { callController } from './controller-call.ts';
import { outcomeOf, requireSuccess, throwFailures } from './results.ts';

export interface VersionLevels {
  readonly min: number;
  readonly max: number;
}

export interface FeatureDescription {
  /** In use by the cluster. */
  readonly finalized: Readonly<Record<string, VersionLevels>>;
  /** What the broker that was asked can do. */
  readonly supported: Readonly<Record<string, VersionLevels>>;
  /** Grows with each change; -1 when the broker does not tell. */
  readonly finalizedEpoch: number;
}

export interface FeatureUpdate {
  readonly feature: string;
  /** 0 takes the feature out of use. */
  readonly level: number;
  /** Whether a lower level than now is meant, and whether it may cost metadata. `upgrade` by default. */
  readonly type?: 'upgrade' | 'safe-downgrade' | 'unsafe-downgrade';
}

const FEATURES_VERSION_MIN = 3;
const UPGRADE_TYPES = { upgrade: 1, 'safe-downgrade': 2, 'unsafe-downgrade': 3 } as const;

export async function describeFeatures(
  cluster: Cluster,
  options: OperationOptions,
): Promise<FeatureDescription> {
  const about = 'Describing features';
  return await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      apiVersionsApi,
      { clientSoftwareName: clientSoftware.name, clientSoftwareVersion: clientSoftware.version },
      { signal: options.signal, versions: { min: FEATURES_VERSION_MIN } },
    );
    requireSuccess(about, response);
    return {
      finalized: Object.fromEntries(
        response.finalizedFeatures.map(({ name, minVersionLevel, maxVersionLevel }) => [
          name,
          { min: minVersionLevel, max: maxVersionLevel },
        ]),
      ),
      supported: Object.fromEntries(
        response.supportedFeatures.map(({ name, minVersion, maxVersion }) => [
          name,
          { min: minVersion, max: maxVersion },
        ]),
      ),
      finalizedEpoch: response.finalizedFeaturesEpoch,
    };
  });
}

/** Rejects with PartialFailure, or with what stands against all of them. */
export async function updateFeatures(
  cluster: Cluster,
  updates: readonly FeatureUpdate[],
  options: OperationOptions & { readonly validateOnly?: boolean },
): Promise<void> {
  const about = 'Updating features';
  await callController(cluster, about, options, async ({ controller, timeoutMs }) => {
    const response = await controller.request(
      updateFeaturesApi,
      (version) => ({
        timeoutMs,
        featureUpdates: updates.map(({ feature, level, type = 'upgrade' }) => ({
          feature,
          maxVersionLevel: level,
          ...(version === 0
            ? { allowDowngrade: type !== 'upgrade' }
            : { upgradeType: UPGRADE_TYPES[type] }),
        })),
        ...(version === 0 ? {} : { validateOnly: options.validateOnly ?? false }),
      }),
      {
        signal: options.signal,
        versions: options.validateOnly === true ? { min: 1 } : {},
      },
    );
    requireSuccess(about, response);
    throwFailures(
      response.results.map((result) =>
        outcomeOf(result.feature, `Updating ${result.feature}`, result),
      ),
    );
  });
}
