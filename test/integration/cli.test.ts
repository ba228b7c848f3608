/** The command line against a real cluster, in this process. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Captured, capturedIo, run } from '../../packages/cli/src/fixtures/captured-io.ts';
import { type ClusterUnderTest, clusterUnderTest, freshTopic } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;

beforeAll(async () => {
  cluster = await clusterUnderTest();
});

afterAll(async () => {
  await cluster.close();
});

async function zurau(
  command: readonly string[],
  input: Iterable<string | Buffer> = [],
): Promise<Captured> {
  return await run(
    command,
    capturedIo(input, { ZURAU_BOOTSTRAP_SERVER: cluster.bootstrapServers }),
  );
}

async function succeed(
  command: readonly string[],
  input?: Iterable<string | Buffer>,
): Promise<string> {
  const result = await zurau(command, input);
  expect(result.err).toBe('');
  expect(result.exitCode).toBe(0);
  return result.out;
}

async function topicWith(lines: readonly string[], partitions = 1): Promise<string> {
  const topic = freshTopic('cli');
  await succeed(['topics', 'create', topic, '-p', String(partitions), '-r', '1']);
  if (lines.length > 0)
    await succeed(
      ['produce', topic],
      lines.map((line) => `${line}\n`),
    );
  return topic;
}

it('creates, lists, describes and deletes topics', async () => {
  const topic = freshTopic('cli');
  const create = ['topics', 'create', topic, '-p', '2', '-r', '1', '-c', 'retention.ms=60000'];
  expect(await succeed(create)).toBe(`Created topic ${topic}.\n`);
  expect(await zurau(create)).toMatchObject({ exitCode: 1 });
  expect(await succeed([...create, '--if-not-exists'])).toBe(`Topic ${topic} exists.\n`);
  expect((await succeed(['topics', 'list'])).split('\n')).toContain(topic);
  const listed = await succeed(['topics', 'list', '--json']);
  expect(listed).toContain(
    `{"name":"${topic}","partitions":2,"replicationFactor":1,"internal":false}\n`,
  );
  const described: unknown = JSON.parse(await succeed(['topics', 'describe', topic, '--json']));
  expect(described).toMatchObject({
    name: topic,
    configs: { 'retention.ms': '60000' },
    partitions: [
      { partition: 0, beginOffset: 0, endOffset: 0 },
      { partition: 1, beginOffset: 0, endOffset: 0 },
    ],
  });
  expect(await succeed(['topics', 'describe', topic])).toContain('retention.ms=60000\n');
  expect(await succeed(['topics', 'delete', topic])).toBe(`Deleted topic ${topic}.\n`);
  const missing = await zurau(['topics', 'delete', topic]);
  expect(missing.err).toContain('zurau topics list');
  expect(missing.exitCode).toBe(1);
  expect(await succeed(['topics', 'delete', topic, '--if-exists'])).toContain('no topic');
});

it('prints what was produced, byte for byte', async () => {
  const topic = await topicWith([]);
  const bytes = Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 7) % 256));
  const input = Buffer.concat([bytes, Buffer.from('\n')]);
  const io = capturedIo([input.subarray(0, 1_000), input.subarray(1_000)]);
  const server = ['-b', cluster.bootstrapServers];
  expect(await run(['produce', topic, '-z', 'zstd', ...server], io)).toMatchObject({ exitCode: 0 });
  const out = capturedIo();
  await run(['consume', topic, '--exit', ...server], out);
  expect(Buffer.concat(out.output.out).equals(input)).toBe(true);
});

it('passes a large input through, in order, with every codec', async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${'x'.repeat(i % 100)}\n`);
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    const topic = await topicWith([]);
    await succeed(['produce', topic, '-z', codec, '-p', '0'], lines);
    expect(await succeed(['consume', topic, '--exit'])).toBe(lines.join(''));
  }
});

it('consumes from where it is told, as much as it is told', async () => {
  const topic = await topicWith(Array.from({ length: 10 }, (_, i) => String(i)));
  const consume = async (...options: string[]): Promise<string[]> =>
    (await succeed(['consume', topic, ...options])).split('\n').slice(0, -1);
  expect(await consume('--exit', '--from', '7')).toEqual(['7', '8', '9']);
  expect(await consume('--count', '2')).toEqual(['0', '1']);
  expect(await consume('--exit', '--tail', '3')).toEqual(['7', '8', '9']);
  expect(await consume('--exit', '--tail', '99')).toHaveLength(10);
  expect(await consume('--exit', '--from', 'end')).toEqual([]);
  expect(await consume('--exit', '--from', '2001-01-01')).toHaveLength(10);
  expect(await consume('--exit', '--from', '2999-01-01T00:00:00Z')).toEqual([]);
  expect(await zurau(['consume', topic, '--partition', '3', '--exit'])).toMatchObject({
    exitCode: 2,
  });
});

it('keeps keys, headers and nulls through JSON and back', async () => {
  const topic = await topicWith([]);
  const record = { key: 'k', value: null, headers: { a: '1', raw: { base64: '/w==' } } };
  await succeed(['produce', topic, '--json', '-H', 'b=2'], [JSON.stringify(record)]);
  const line: unknown = JSON.parse(await succeed(['consume', topic, '--json', '--exit']));
  expect(line).toMatchObject({
    topic,
    partition: 0,
    offset: 0,
    key: 'k',
    value: null,
    headers: { a: '1', b: '2', raw: { base64: '/w==' } },
  });
  await succeed(['produce', topic, '-k', '\\t'], ['key\tvalue\n']);
  expect(await succeed(['consume', topic, '-k', ' -> ', '--tail', '1', '--exit'])).toBe(
    'key -> value\n',
  );
});

it('follows until Ctrl-C, and ends with 0', async () => {
  const topic = await topicWith(['old']);
  const io = capturedIo([], { ZURAU_BOOTSTRAP_SERVER: cluster.bootstrapServers });
  const running = run(['consume', topic], io);
  const out = (): string => Buffer.concat(io.output.out).toString();
  await expect.poll(out, { timeout: 10_000 }).toBe('old\n');
  await succeed(['produce', topic], ['new\n']);
  await expect.poll(out, { timeout: 10_000 }).toBe('old\nnew\n');
  io.interrupt();
  expect(await running).toMatchObject({ exitCode: 0, out: 'old\nnew\n', err: '' });
});

it('says which line it could not read, and delivers those before', async () => {
  const topic = await topicWith([]);
  const failed = await zurau(['produce', topic, '-k', ':'], ['a:1\n', 'b:2\nnothing\n']);
  expect(failed.err).toContain('Line 3 has no ":"');
  expect(failed.exitCode).toBe(2);
  expect(await succeed(['consume', topic, '-k', ':', '--exit'])).toBe('a:1\nb:2\n');
});

it('starts a broker, says where, serves, and stops at Ctrl-C', async () => {
  const io = capturedIo();
  const running = run(['start', '--in-memory', '--port', '0', '--log-format', 'silent'], io);
  const address = (): string | undefined =>
    /listening on (\S+)/.exec(Buffer.concat(io.output.out).toString())?.[1];
  await expect.poll(address, { timeout: 10_000 }).toMatch(/^127\.0\.0\.1:\d+$/);
  const server = ['-b', address() ?? ''];
  expect(await run(['topics', 'create', 't', ...server])).toMatchObject({ exitCode: 0 });
  expect(await run(['topics', 'list', ...server])).toMatchObject({ out: 't\n' });
  io.interrupt();
  expect(await running).toMatchObject({ exitCode: 0, err: '' });
  expect(await run(['topics', 'list', ...server])).toMatchObject({ exitCode: 3 });
});

it('starts several brokers in one process', async () => {
  const io = capturedIo();
  const command = [
    'start',
    '--brokers',
    '3',
    '--in-memory',
    '--port',
    '0',
    '--log-format',
    'silent',
  ];
  const running = run(command, io);
  const addresses = (): string | undefined =>
    /listening on (\S+)/.exec(Buffer.concat(io.output.out).toString())?.[1];
  await expect.poll(addresses, { timeout: 10_000 }).toMatch(/^(127\.0\.0\.1:\d+,?){3}$/);
  const server = ['-b', addresses() ?? ''];
  expect(await run(['topics', 'create', 't', ...server])).toMatchObject({ exitCode: 0 });
  const described = await run(['topics', 'describe', 't', '--json', ...server]);
  expect(JSON.parse(described.out)).toMatchObject({ partitions: [{ partition: 0 }] });
  expect(JSON.parse(described.out).partitions[0].replicas.toSorted()).toEqual([0, 1, 2]);
  io.interrupt();
  expect(await running).toMatchObject({ exitCode: 0, err: '' });
});

it('consumes as a member of a group, which goes on where it was', async () => {
  const topic = await topicWith(Array.from({ length: 10 }, (_, i) => String(i)));
  const consume = async (...options: string[]): Promise<string> =>
    await succeed(['consume', topic, '--group', topic, ...options]);
  expect(await consume('--count', '4')).toBe('0\n1\n2\n3\n');
  expect(await consume('--count', '2', '--from', 'end')).toBe('4\n5\n');
  expect(await consume('--exit')).toBe('6\n7\n8\n9\n');
  expect(await consume('--exit')).toBe('');
  const wrong = await zurau(['consume', topic, '--group', topic, '--partition', '0']);
  expect(wrong).toMatchObject({ exitCode: 2 });
  expect(wrong.err).toContain('the group decides');
});
