/**
 * A new controller sees to it that `/feature` is there and enabled, as brokers of Apache Kafka from 2.7 on expect it.
 *
 * Owns: this one step. What another controller has agreed on stays.
 */
import type { Logger } from '../logging.ts';
import { isStoreError } from '../metadata/store.ts';
import { featureZnode } from '../metadata/znodes/features.ts';
import { ZnodeError } from '../metadata/znodes/json.ts';
import type { FencedStore } from './fenced-store.ts';

/** Rejects with StoreError, ControllerMovedError. */
export async function enableFeatures(store: FencedStore, logger: Logger): Promise<void> {
  const { path } = featureZnode;
  const data = featureZnode.encodeEmpty();
  try {
    const found = await store.session.getData(path);
    if (featureZnode.isEnabled(found.data)) return;
    await store.write([{ type: 'set', path, data, version: found.stat.version }]);
  } catch (error) {
    if (error instanceof ZnodeError) {
      // No reason to leave the cluster without a controller.
      logger.error({ err: error }, 'the features of the cluster are unreadable');
      return;
    }
    if (!isStoreError(error, 'NO_NODE')) throw error;
    await store.write([{ type: 'create', path, data }]);
  }
}
