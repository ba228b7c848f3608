/**
 * Who is controller: `/controller` belongs to it, `/controller_epoch` counts them. Both change in one multi, so nobody becomes controller
 * without a new epoch.
 *
 * Owns: the attempt and the question. What a controller then does is in `controller.ts`.
 */
import { createWithParents } from '../metadata/store-path.ts';
import { isStoreError, type MetadataSession, type Watcher } from '../metadata/store.ts';
import { controllerEpochZnode, controllerZnode } from '../metadata/znodes/controller.ts';

/** The epoch of a controller and the version of its node, which fences its writes. */
export interface ControllerEpoch {
  readonly epoch: number;
  readonly epochVersion: number;
}

/** Id of the controller; undefined when there is none. The watch fires when that changes. */
export async function currentController(
  session: MetadataSession,
  watcher?: Watcher,
): Promise<{ brokerId: number; isOurs: boolean } | undefined> {
  // The watch of `exists` is there in either case; that of `getData` only where there is a node.
  if ((await session.exists(controllerZnode.path, watcher)) === undefined) return undefined;
  try {
    const { data, stat } = await session.getData(controllerZnode.path);
    return {
      brokerId: controllerZnode.decode(data),
      isOurs: stat.ephemeralOwner === session.id,
    };
  } catch (error) {
    if (isStoreError(error, 'NO_NODE')) return undefined;
    throw error;
  }
}

/** Tries to become controller; undefined when another one is, or was faster. */
export async function becomeController(
  session: MetadataSession,
  brokerId: number,
  nowMs: number,
): Promise<ControllerEpoch | undefined> {
  const last = await readEpoch(session);
  const epoch = last.epoch + 1;
  try {
    const [, written] = await session.multi([
      {
        type: 'create',
        path: controllerZnode.path,
        data: controllerZnode.encode(brokerId, nowMs),
        ephemeral: true,
      },
      {
        type: 'set',
        path: controllerEpochZnode.path,
        data: controllerEpochZnode.encode(epoch),
        version: last.epochVersion,
      },
    ]);
    if (written?.type !== 'set') throw new Error('a set was not answered as a set');
    return { epoch, epochVersion: written.stat.version };
  } catch (error) {
    if (isStoreError(error, 'NODE_EXISTS') || isStoreError(error, 'BAD_VERSION')) return undefined;
    if (!isStoreError(error, 'CONNECTION_LOSS')) throw error;
    // Nobody knows whether it was done: whose is it?
    const controller = await currentController(session);
    if (controller?.isOurs !== true) return undefined;
    return readEpoch(session);
  }
}

/** Makes the epoch's node in a cluster that never had a controller. */
async function readEpoch(session: MetadataSession): Promise<ControllerEpoch> {
  const { path, initialEpoch } = controllerEpochZnode;
  for (;;) {
    try {
      const { data, stat } = await session.getData(path);
      return { epoch: controllerEpochZnode.decode(data), epochVersion: stat.version };
    } catch (error) {
      if (!isStoreError(error, 'NO_NODE')) throw error;
    }
    try {
      await createWithParents(session, path, controllerEpochZnode.encode(initialEpoch));
    } catch (error) {
      if (!isStoreError(error, 'NODE_EXISTS')) throw error;
    }
  }
}
