/**
 * What Kafka's DumpLogSegments has against the time index of a log that Apache Kafka's own cleaner went over: a batch that was emptied, and kept because it bears the
 * last sequence of its producer, keeps its timestamp in the index, while the tool looks for a record with it. The same records through Zurau and its cleaner give
 * the same complaint, word for word. It is why `every-way.ts` lets that one pass.
 *
 * By hand, since it takes two brokers and proves something about Kafka: `ZURAU_KAFKA_CLEANER=1`.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Admin, Producer } from '@zurau/client';
import {
  ApacheKafka,
  BrokerProcess,
  kafkaTool,
  kafkaToolsMissing,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';

const TOPIC = 'cleaned';
const NEWEST_MS = 1_700_000_005_000;
const OLDER_MS = 1_700_000_001_000;
const PROPERTIES = { 'log.cleaner.backoff.ms': '100' };
const PATIENCE = { timeout: 60_000, interval: 100 };

const isWanted = process.env['ZURAU_KAFKA_CLEANER'] === '1';
const missing = isWanted
  ? await unmetRequirement('kafka-cleaned', [kafkaToolsMissing])
  : 'only with ZURAU_KAFKA_CLEANER=1';

describe.skipIf(missing !== undefined)('a batch that a cleaner emptied', () => {
  it("is complained of in Apache Kafka's logs as in ours", async () => {
    const complaints: string[] = [];
    for (const broker of [ApacheKafka, BrokerProcess]) {
      using dir = tempDir('kafka-cleaned');
      const dataDir = join(dir.path, 'data');
      const running = await broker.start({ dataDir, properties: PROPERTIES });
      try {
        await fill(running.bootstrapServers);
        const logDir = await vi.waitFor(() => cleanedLogDir(dataDir), PATIENCE);
        await running.stop();
        const { stdout, stderr } = await kafkaTool('kafka-dump-log', [
          '--deep-iteration',
          ...['--files', `${join(logDir, FIRST)}.log,${join(logDir, FIRST)}.timeindex`],
        ]);
        expect(stdout.toString()).toMatch(/baseOffset: 0 lastOffset: 0 count: 0 /);
        complaints.push(stderr.replaceAll(logDir, '').replace(/^.*WARN.*\n/gm, ''));
      } finally {
        await running.stop();
      }
    }
    const [ofKafka, ofZurau] = complaints;
    expect(ofKafka).toContain(
      `Found timestamp mismatch in :/${FIRST}.timeindex\n  Index timestamp: ${NEWEST_MS}, log timestamp: -1\n`,
    );
    expect(ofZurau).toBe(ofKafka);
  });
});

const FIRST = '00000000000000000000';

/** The newest record of all is the last one of its producer, and of an old segment; then another producer writes its key again. */
async function fill(bootstrapServers: string): Promise<void> {
  const admin = new Admin({ bootstrapServers });
  const configs = {
    ...{ 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01' },
    ...{ 'segment.bytes': '4096', 'index.interval.bytes': '0' },
  };
  await admin.createTopics([{ name: TOPIC, partitions: 1, configs }]);
  await admin.close();
  const send = async (records: readonly { key: string; timestamp: number }[]): Promise<void> => {
    const producer = new Producer({ bootstrapServers, enableIdempotence: true, lingerMs: 0 });
    for (const { key, timestamp } of records) {
      await producer.send({ topic: TOPIC, partition: 0, key, value: 'v'.repeat(500), timestamp });
    }
    await producer.close();
  };
  await send([{ key: 'again', timestamp: NEWEST_MS }]);
  const others = Array.from({ length: 40 }, (_, i) => ({ key: `other-${i}`, timestamp: OLDER_MS }));
  await send([{ key: 'again', timestamp: OLDER_MS }, ...others]);
}

/** The log's directory, once a cleaner has been over it. */
function cleanedLogDir(dataDir: string): string {
  const found = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  const checkpoint = found.find((path) => path.endsWith('cleaner-offset-checkpoint'));
  expect(checkpoint && existsSync(join(dataDir, checkpoint)), 'a checkpoint').toBeTruthy();
  expect(readFileSync(join(dataDir, checkpoint!), 'utf8')).toContain(`\n${TOPIC} 0 `);
  return join(
    dataDir,
    found.find((path) => path.endsWith(`${TOPIC}-0`))!,
  );
}
