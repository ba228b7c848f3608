import { encodeControlBatch } from '@zurau/protocol';
import { memoryDisk } from '@zurau/platform';
import { expect, it } from 'vitest';
import { asLeader, batchOf, configOf, memoryPlatform, startManager } from './fixtures/batches.ts';

const producer = { producerId: 1, producerEpoch: 0 };

it('a transaction that was over and replicated before a crash holds no reader back after it', async () => {
  const disk = memoryDisk();
  const manager = await startManager({ platform: memoryPlatform(disk) });
  const log = manager.getOrCreate('t', 0, configOf());
  log.append(batchOf({ ...producer, baseSequence: 0, transactional: true }), asLeader);
  const marker = { ...producer, type: 'abort', coordinatorEpoch: 0, timestamp: 1 } as const;
  log.append(encodeControlBatch(marker), { leaderEpoch: 0, origin: 'coordinator' });
  log.setHighWatermark(2);
  await log.flush();
  await manager.close();
  // As a crash leaves it, the high watermark in its checkpoint already.
  disk.removeFileSync('/data/.kafka_cleanshutdown');
  disk.removeFileSync('/data/recovery-point-offset-checkpoint');
  disk.removeFileSync('/data/t-0/00000000000000000002.snapshot');

  const again = await startManager({ platform: memoryPlatform(disk) });
  const recovered = again.get('t', 0)!;
  expect([recovered.highWatermark, recovered.lastStableOffset]).toEqual([2, 2]);
  await again.close();
});
