/**
 * Apache Kafka's own command line tools against the broker: what an operator's scripts do.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BrokerProcess,
  kafkaTool,
  kafkaToolsMissing,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { KafkaTool, TempDir } from '@zurau/testkit';

const missing = await unmetRequirement('kafka-tools', [kafkaToolsMissing]);

describe.skipIf(missing !== undefined)("Apache Kafka's tools", () => {
  let dir: TempDir;
  let broker: BrokerProcess;

  const tool = async (
    name: KafkaTool,
    args: readonly string[],
    input?: string,
  ): Promise<string> => {
    const { stdout } = await kafkaTool(
      name,
      ['--bootstrap-server', broker.bootstrapServers, ...args],
      input === undefined ? {} : { input },
    );
    return stdout.toString();
  };

  beforeAll(async () => {
    dir = tempDir('tools');
    broker = await BrokerProcess.start({ dataDir: join(dir.path, 'data') });
  });

  afterAll(async () => {
    await broker.stop();
    dir[Symbol.dispose]();
  });

  it('kafka-topics creates, lists, describes, expands and deletes', async () => {
    const created = await tool('kafka-topics', [
      ...['--create', '--topic', 'orders', '--partitions', '3', '--replication-factor', '1'],
      ...['--config', 'retention.ms=3600000'],
    ]);
    expect(created).toContain('Created topic orders.');
    await tool('kafka-topics', ['--alter', '--topic', 'orders', '--partitions', '5']);
    const described = await tool('kafka-topics', ['--describe', '--topic', 'orders']);
    expect(described).toMatch(/PartitionCount: 5\s+ReplicationFactor: 1/);
    expect(described).toContain('retention.ms=3600000');
    expect(described).toMatch(
      /Topic: orders\s+Partition: 4\s+Leader: \d+\s+Replicas: \d+\s+Isr: \d+/,
    );
    expect(await tool('kafka-topics', ['--describe', '--under-replicated-partitions'])).toBe('');
    await tool('kafka-topics', ['--create', '--topic', 'gone']);
    await tool('kafka-topics', ['--delete', '--topic', 'gone']);
    const listed = (await tool('kafka-topics', ['--list'])).split('\n');
    expect(listed).toContain('orders');
    expect(listed).not.toContain('gone');
  });

  it('kafka-topics is told why a topic cannot be created', async () => {
    await expect(tool('kafka-topics', ['--create', '--topic', 'orders'])).rejects.toThrow(
      /already exists/,
    );
    await expect(
      tool('kafka-topics', ['--create', '--topic', 'too-many', '--replication-factor', '3']),
    ).rejects.toThrow(/[Rr]eplication factor/);
  });

  it('kafka-console-producer and kafka-console-consumer exchange records, with keys and headers', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'console']);
    await tool(
      'kafka-console-producer',
      [
        ...[
          '--topic',
          'console',
          '--property',
          'parse.key=true',
          '--property',
          'parse.headers=true',
        ],
        ...['--compression-codec', 'zstd'],
      ],
      'h1:v1\tk1\tfirst\nh2:v2\tk2\tsecond\n',
    );
    const consumed = await tool('kafka-console-consumer', [
      ...['--topic', 'console', '--from-beginning', '--max-messages', '2', '--timeout-ms', '20000'],
      ...['--property', 'print.key=true', '--property', 'print.headers=true'],
    ]);
    expect(consumed).toBe('h1:v1\tk1\tfirst\nh2:v2\tk2\tsecond\n');
  });

  it('kafka-console-consumer reads a partition from an offset without a group', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'assigned']);
    await tool('kafka-console-producer', ['--topic', 'assigned'], 'a\nb\nc\n');
    const consumed = await tool('kafka-console-consumer', [
      ...['--topic', 'assigned', '--partition', '0', '--offset', '1', '--max-messages', '2'],
      ...['--timeout-ms', '20000'],
    ]);
    expect(consumed).toBe('b\nc\n');
  });

  it('kafka-configs describes and alters topics and brokers', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'configured']);
    const topic = ['--entity-type', 'topics', '--entity-name', 'configured'];
    await tool('kafka-configs', [
      '--alter',
      ...topic,
      '--add-config',
      'max.message.bytes=2000,cleanup.policy=[compact,delete]',
    ]);
    const described = await tool('kafka-configs', ['--describe', ...topic]);
    expect(described).toContain('max.message.bytes=2000');
    expect(described).toContain('cleanup.policy=compact,delete');
    expect(described).toContain('DEFAULT_CONFIG:message.max.bytes=1048588');
    await tool('kafka-configs', ['--alter', ...topic, '--delete-config', 'max.message.bytes']);
    expect(await tool('kafka-configs', ['--describe', ...topic])).not.toContain(
      'max.message.bytes=2000',
    );
    await expect(
      tool('kafka-configs', ['--alter', ...topic, '--add-config', 'retention.ms=soon']),
    ).rejects.toThrow(/retention\.ms/);
    const all = await tool('kafka-configs', [
      '--describe',
      '--all',
      '--entity-type',
      'brokers',
      '--entity-name',
      '0',
    ]);
    expect(all).toContain('log.retention.hours=168');
  });

  it('kafka-get-offsets finds ends, starts and the largest timestamp', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'measured']);
    await tool('kafka-console-producer', ['--topic', 'measured'], '1\n2\n3\n');
    const offset = (time: string): Promise<string> =>
      tool('kafka-get-offsets', ['--topic', 'measured', '--time', time]);
    expect(await offset('latest')).toBe('measured:0:3\n');
    expect(await offset('earliest')).toBe('measured:0:0\n');
    expect(await offset('max-timestamp')).toMatch(/^measured:0:[012]\n$/);
    expect(await offset('1')).toBe('measured:0:0\n');
  });

  it('kafka-delete-records moves the log start offset', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'pruned']);
    await tool('kafka-console-producer', ['--topic', 'pruned'], '1\n2\n3\n4\n');
    const file = join(dir.path, 'delete.json');
    writeFileSync(
      file,
      JSON.stringify({ version: 1, partitions: [{ topic: 'pruned', partition: 0, offset: 3 }] }),
    );
    expect(await tool('kafka-delete-records', ['--offset-json-file', file])).toContain(
      'low_watermark: 3',
    );
    expect(await tool('kafka-get-offsets', ['--topic', 'pruned', '--time', 'earliest'])).toBe(
      'pruned:0:3\n',
    );
    expect(
      await tool('kafka-console-consumer', [
        '--topic',
        'pruned',
        '--from-beginning',
        '--max-messages',
        '1',
        '--timeout-ms',
        '20000',
      ]),
    ).toBe('4\n');
  });

  it('kafka-log-dirs shows the directory and what lies in it', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'sized']);
    await tool('kafka-console-producer', ['--topic', 'sized'], 'x'.repeat(500));
    const json = (await tool('kafka-log-dirs', ['--describe', '--topic-list', 'sized']))
      .trim()
      .split('\n')
      .at(-1)!;
    const described = JSON.parse(json) as {
      brokers: {
        logDirs: { error: string | null; partitions: { partition: string; size: number }[] }[];
      }[];
    };
    const [logDir] = described.brokers[0]!.logDirs;
    expect(logDir!.error).toBeNull();
    expect(logDir!.partitions.map(({ partition }) => partition)).toEqual(['sized-0']);
    expect(logDir!.partitions[0]!.size).toBeGreaterThan(500);
  });

  it('kafka-verifiable-producer gets every record acknowledged', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'verified', '--partitions', '3']);
    const output = await tool('kafka-verifiable-producer', [
      '--topic',
      'verified',
      '--max-messages',
      '20000',
      '--acks',
      '-1',
    ]);
    const events = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; sent?: number; acked?: number });
    expect(events.filter(({ name }) => name === 'producer_send_error')).toEqual([]);
    expect(events.find(({ name }) => name === 'tool_data')).toMatchObject({
      sent: 20_000,
      acked: 20_000,
    });
    const offsets = (await tool('kafka-get-offsets', ['--topic', 'verified'])).trim().split('\n');
    expect(offsets.map((line) => Number(line.split(':')[2])).reduce((a, b) => a + b)).toBe(20_000);
  });

  it('kafka-producer-perf-test sends idempotently with acks=all', async () => {
    await tool('kafka-topics', ['--create', '--topic', 'perf', '--partitions', '2']);
    // The one tool that takes its servers among the producer's settings.
    const { stdout } = await kafkaTool('kafka-producer-perf-test', [
      ...['--topic', 'perf', '--num-records', '100000', '--record-size', '1024'],
      ...['--throughput', '-1', '--producer-props', 'acks=all', 'enable.idempotence=true'],
      ...['compression.type=lz4', `bootstrap.servers=${broker.bootstrapServers}`],
    ]);
    expect(stdout.toString()).toMatch(/^100000 records sent, /m);
    const offsets = (await tool('kafka-get-offsets', ['--topic', 'perf'])).trim().split('\n');
    expect(offsets.map((line) => Number(line.split(':')[2])).reduce((a, b) => a + b)).toBe(100_000);
  });

  it('kafka-broker-api-versions understands the broker', async () => {
    const output = await tool('kafka-broker-api-versions', []);
    expect(output).toMatch(/Produce\(0\): 0 to 11 \[usable: \d+\]/);
    expect(output).toMatch(/Fetch\(1\): 4 to 17 \[usable: 17\]/);
  });
});
