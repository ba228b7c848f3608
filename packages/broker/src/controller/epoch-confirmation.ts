/**
 * Asks the metadata store whether there has been a controller of some epoch: everyone who becomes controller writes it to `/controller_epoch` first.
 *
 * Must never keep a real controller out: what the store does not answer in time, or not at all, counts as a yes, as in Kafka, which does not ask.
 */
import type { Timers } from '@zurau/platform';
import { StoreError, type MetadataSession } from '../metadata/store.ts';
import { controllerEpochZnode } from '../metadata/znodes/controller.ts';
import { ZnodeError } from '../metadata/znodes/json.ts';

/** An order waits no longer than this for the store. */
const ANSWER_MS_MAX = 2_000;

export async function isEpochConfirmed(
  session: MetadataSession,
  timers: Timers,
  controllerEpoch: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = timers.after(ANSWER_MS_MAX, () => resolve(true));
    void isInStore(session, controllerEpoch).then((answer) => {
      timer.cancel();
      resolve(answer);
    });
  });
}

async function isInStore(session: MetadataSession, controllerEpoch: number): Promise<boolean> {
  try {
    if (controllerEpoch <= (await readEpoch(session))) return true;
    // A server of ZooKeeper may lag behind the others. A check is put in order with the writes: what is read after it is as new as the order at hand.
    await session.multi([{ type: 'check', path: controllerEpochZnode.path, version: -1 }]);
    return controllerEpoch <= (await readEpoch(session));
  } catch (error) {
    if (error instanceof StoreError || error instanceof ZnodeError) return true;
    throw error;
  }
}

async function readEpoch(session: MetadataSession): Promise<number> {
  const { data } = await session.getData(controllerEpochZnode.path);
  return controllerEpochZnode.decode(data);
}
