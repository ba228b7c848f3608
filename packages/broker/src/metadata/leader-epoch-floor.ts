/**
 * A log may have seen higher leader epochs than the metadata store knows: another broker used the directory meanwhile, or the store is older than the
 * logs. An epoch that is given out twice makes leaders and followers disagree about which records are whose, so the store catches up before anybody is elected.
 */
import type { Logger } from '../logging.ts';
import { ANY_VERSION, isStoreError, type MetadataSession } from './store.ts';
import { partitionStateZnode } from './znodes/topics.ts';

/** What is asked of a log. */
export interface LogWithEpochs {
  readonly topic: string;
  readonly partition: number;
  /** -1 when nothing was ever written. */
  readonly latestEpoch: number;
}

/** Rejects with StoreError. Topics that the store does not know are left alone. */
export async function raiseLeaderEpochs(
  session: MetadataSession,
  logs: Iterable<LogWithEpochs>,
  logger: Logger,
): Promise<void> {
  await Promise.all(
    // Epoch 0 is that of every partition's first leader.
    [...logs]
      .filter(({ latestEpoch }) => latestEpoch > 0)
      .map((log) => raise(session, log, logger)),
  );
}

async function raise(
  session: MetadataSession,
  { topic, partition, latestEpoch }: LogWithEpochs,
  logger: Logger,
): Promise<void> {
  const path = partitionStateZnode.path(topic, partition);
  try {
    const { data } = await session.getData(path);
    const state = partitionStateZnode.decode(topic, partition, data);
    if (state.leaderEpoch >= latestEpoch) return;
    logger.warn(
      { topic, partition, known: state.leaderEpoch, found: latestEpoch },
      'the log has a higher leader epoch than the metadata; going on from there',
    );
    // No leader: the election that follows takes the next epoch.
    const raised = { ...state, leader: -1, leaderEpoch: latestEpoch };
    await session.setData(path, partitionStateZnode.encode(raised), ANY_VERSION);
  } catch (error) {
    if (!isStoreError(error, 'NO_NODE')) throw error;
  }
}
