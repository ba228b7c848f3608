/**
 * Transactions with clients and tools that we did not write: Java's producer and consumer, kafka-transactions, Kafka's decoders of our
 * `__transaction_state`, kcat; and Kafka's own copier, exactly once through kill -9.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker } from '@zurau/broker';
import type { RunningBroker } from '@zurau/broker';
import { Admin, Producer } from '@zurau/client';
import { encodeRecordBatch, produceApi } from '@zurau/protocol';
import {
  BrokerProcess,
  RawClient,
  freePort,
  kafkaTool,
  kafkaToolsMissing,
  kcat,
  kcatMissing,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';

const FEW_PARTITIONS = {
  'transaction.state.log.num.partitions': '2',
  'offsets.topic.num.partitions': '2',
};

const HOUR_MS = 3_600_000;

const missing = await unmetRequirement('transactions', [kcatMissing, kafkaToolsMissing]);

async function createTopic(bootstrapServers: string, name: string, partitions = 1): Promise<void> {
  const admin = new Admin({ bootstrapServers });
  try {
    await admin.createTopics([{ name, partitions }]);
  } finally {
    await admin.close();
  }
}

async function committedValues(
  bootstrapServers: string,
  topic: string,
  count: number,
): Promise<string[]> {
  const { stdout } = await kafkaTool('kafka-console-consumer', [
    '--bootstrap-server',
    bootstrapServers,
    '--topic',
    topic,
    '--from-beginning',
    '--isolation-level',
    'read_committed',
    '--max-messages',
    String(count),
    '--timeout-ms',
    '30000',
  ]);
  return stdout.toString().trim().split('\n');
}

describe.skipIf(missing !== undefined)("Kafka's own clients and tools in transactions", () => {
  let dir: TempDir;
  let broker: RunningBroker;
  let server: string;

  beforeAll(async () => {
    dir = tempDir('transactions');
    broker = await startBroker({ dataDir: dir.path, port: 0, properties: FEW_PARTITIONS });
    server = broker.bootstrapServers;
  });

  afterAll(async () => {
    await broker?.close();
    dir?.[Symbol.dispose]();
  });

  const transactions = async (...args: string[]): Promise<string> => {
    const result = await kafkaTool('kafka-transactions', ['--bootstrap-server', server, ...args]);
    return result.stdout.toString();
  };

  it('the Java producer commits transaction after transaction, the Java consumer reads each record once', async () => {
    await createTopic(server, 'perf', 2);
    const { stdout } = await kafkaTool('kafka-producer-perf-test', [
      ...[
        '--topic',
        'perf',
        '--num-records',
        '4000',
        '--record-size',
        '50',
        '--throughput',
        '4000',
      ],
      ...['--transactional-id', 'perf', '--transaction-duration-ms', '50'],
      ...['--producer-props', `bootstrap.servers=${server}`],
    ]);
    expect(stdout.toString()).toContain('4000 records sent');
    expect(await committedValues(server, 'perf', 4000)).toHaveLength(4000);

    expect(await transactions('list')).toMatch(/perf\S*\s+\S+\s+\d+\s+(CompleteCommit|Empty)/);
    expect(await transactions('describe', '--transactional-id', 'perf')).toMatch(/CompleteCommit/);
    expect(await transactions('describe-producers', '--topic', 'perf', '--partition', '0')).toMatch(
      /None/,
    );
  });

  it('kcat writes in a transaction and reads what is committed', async () => {
    await createTopic(server, 'kcat');
    await kcat(['-P', '-b', server, '-t', 'kcat', '-X', 'transactional.id=kcat'], {
      input: 'a\nb\nc\n',
    });
    const { stdout } = await kcat([
      ...['-C', '-b', server, '-t', 'kcat', '-e', '-q', '-X', 'isolation.level=read_committed'],
    ]);
    expect(stdout.toString()).toBe('a\nb\nc\n');
  });

  it('kafka-transactions finds a hanging transaction and ends it', async () => {
    await createTopic(server, 'hanging');
    // Only without verification can there be one (KIP-890).
    await kafkaTool('kafka-configs', [
      ...['--bootstrap-server', server, '--alter', '--entity-type', 'brokers', '--entity-default'],
      ...['--add-config', 'transaction.partition.verification.enable=false'],
    ]);
    const raw = await RawClient.connect(server);
    const records = encodeRecordBatch(
      [{ timestamp: Date.now() - HOUR_MS, key: 'k', value: 'hangs' }],
      { producerId: 424_242, producerEpoch: 3, baseSequence: 0, transactional: true },
    );
    const answer = await raw.exchange(produceApi, 9, {
      transactionalId: 'nobody',
      acks: -1,
      timeoutMs: 10_000,
      topicData: [{ name: 'hanging', partitionData: [{ index: 0, records }] }],
    });
    raw.close();
    expect(answer).toMatchObject({
      body: { responses: [{ partitionResponses: [{ errorCode: 0, baseOffset: 0 }] }] },
    });
    const found = await transactions('find-hanging', '--topic', 'hanging');
    expect(found).toMatch(/hanging\s+0\s+424242\s+3/);
    await transactions('abort', '--topic', 'hanging', '--partition', '0', '--start-offset', '0');
    expect(await transactions('find-hanging', '--topic', 'hanging')).not.toContain('424242');
    const producer = new Producer({ bootstrapServers: server });
    await producer.send({ topic: 'hanging', value: 'after' });
    await producer.close();
    expect(await committedValues(server, 'hanging', 1)).toEqual(['after']);
    await kafkaTool('kafka-configs', [
      ...['--bootstrap-server', server, '--alter', '--entity-type', 'brokers', '--entity-default'],
      ...['--delete-config', 'transaction.partition.verification.enable'],
    ]);
  });

  it("Kafka's decoders read our __transaction_state", async () => {
    const { stdout } = await kafkaTool('kafka-console-consumer', [
      ...['--bootstrap-server', server, '--topic', '__transaction_state', '--from-beginning'],
      ...['--formatter', 'org.apache.kafka.tools.consumer.TransactionLogMessageFormatter'],
      ...['--max-messages', '3', '--timeout-ms', '30000'],
    ]);
    expect(stdout.toString()).toMatch(/"transactionalId":"(perf|kcat)"/);
    await broker.close();
    const logs = readdirSync(dir.path)
      .filter((name) => name.startsWith('__transaction_state-'))
      .flatMap((name) =>
        readdirSync(join(dir.path, name))
          .filter((file) => file.endsWith('.log'))
          .map((file) => join(dir.path, name, file)),
      );
    const dump = await kafkaTool('kafka-dump-log', [
      ...['--transaction-log-decoder', '--files', logs.join(',')],
    ]);
    const text = dump.stdout.toString();
    expect(text).toMatch(/transactionalId=kcat.*state=CompleteCommit,partitions=\[\]/);
    expect(text).toMatch(/transactionalId=perf.*state=PrepareCommit,partitions=\[.*perf-\d/);
    broker = await startBroker({ dataDir: dir.path, port: 0, properties: FEW_PARTITIONS });
  });
});

describe.skipIf(missing !== undefined)("Kafka's TransactionalMessageCopier", () => {
  const RECORDS = 1_500;
  const KILLS = 4;

  it('copies each record once, though it aborts at random and the broker is killed', async () => {
    using dir = tempDir('copier');
    const port = await freePort();
    const start = (): Promise<BrokerProcess> =>
      BrokerProcess.start({ dataDir: dir.path, port, properties: FEW_PARTITIONS });
    let broker = await start();
    const server = broker.bootstrapServers;
    try {
      await createTopic(server, 'input');
      await createTopic(server, 'output');
      const values = Array.from({ length: RECORDS }, (_, number) => `record ${number}`);
      const producer = new Producer({ bootstrapServers: server });
      await producer.sendBatch(values.map((value) => ({ topic: 'input', value })));
      await producer.close();
      const copier = kafkaTool(
        'transactional-message-copier',
        [
          ...['--broker-list', server, '--transactional-id', 'copier'],
          ...['--input-topic', 'input', '--input-partition', '0', '--output-topic', 'output'],
          ...['--consumer-group', 'copiers', '--transaction-size', '25'],
          ...['--max-messages', String(RECORDS), '--transaction-timeout', '20000'],
          '--enable-random-aborts',
        ],
        { timeoutMs: 240_000 },
      );
      let done = false;
      const finished = copier.finally(() => {
        done = true;
      });
      const admin = new Admin({ bootstrapServers: server });
      for (let kill = 0; kill < KILLS && !done; kill++) {
        await outputReaches(admin, ((kill + 1) * RECORDS) / (KILLS + 2), () => done);
        await broker.kill();
        broker = await start();
      }
      await finished;
      await admin.close();
      const { stdout } = await kcat([
        ...['-C', '-b', server, '-t', 'output', '-e', '-q', '-X', 'isolation.level=read_committed'],
      ]);
      expect(stdout.toString().trim().split('\n')).toEqual(values);
    } finally {
      await broker.stop();
    }
  });
});

/** Until the output topic, markers and aborted records included, has grown to `offset`. */
async function outputReaches(admin: Admin, offset: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const [end] = await admin.listOffsets([{ topic: 'output', partition: 0, at: 'end' }]);
    if (end !== undefined && end.offset >= offset) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
