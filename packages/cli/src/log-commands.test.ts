import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startBroker } from '@zurau/broker';
import { Admin, Producer } from '@zurau/client';
import { capturedIo, run } from './fixtures/captured-io.ts';

let dataDir: string;
let partition: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'zurau-log-commands-'));
  const broker = await startBroker({ dataDir });
  const bootstrapServers = [broker.bootstrapServers];
  const admin = new Admin({ bootstrapServers });
  await admin.createTopics([{ name: 'orders' }]);
  await admin.close();
  const producer = new Producer({ bootstrapServers });
  const headers = [{ key: 'h', value: Buffer.from('1') }];
  await producer.send({ topic: 'orders', key: 'k1', value: 'first\tvalue', headers });
  await producer.send({ topic: 'orders', key: Buffer.from([0xff, 0]), value: null });
  await producer.close();
  await broker.close();
  partition = join(dataDir, 'orders-0');
});

afterAll(() => rmSync(dataDir, { recursive: true }));

const jsonOf = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('zurau log dump', () => {
  it('sums up a log directory', async () => {
    const { exitCode, out } = await run(['log', 'dump', dataDir]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/BROKER +CLUSTER +CLOSED CLEANLY\n +0 +\S{22} +yes\n/);
    expect(out).toMatch(/\norders +0 +\S{22} +1 +\d+ +0\n/);
    expect(out).toMatch(/\nrecovery-point-offset-checkpoint\n[^]*\norders +0 +2\n/);
  });

  it('sums up a partition, and shows its records when asked', async () => {
    const { out } = await run(['log', 'dump', `${partition}/`]);
    expect(out).toMatch(/^TOPIC ID\n\S{22}\n/);
    expect(out).toMatch(/\nSEGMENT +LOG BYTES +INDEX +TIMEINDEX +TXNINDEX\n +0 +\d+ +0 +12 +-\n/);
    expect(out).toContain('00000000000000000002.snapshot');
    expect(out).not.toContain('first');
    expect((await run(['log', 'dump', partition, '--records'])).out).toContain('"first\\tvalue"');
  });

  it('shows batches and records, for people and for programs', async () => {
    const file = join(partition, '00000000000000000000.log');
    const { out } = await run(['log', 'dump', file]);
    expect(out).toMatch(/^ *POSITION +BYTES +FIRST +LAST +RECORDS +EPOCH +CODEC/);
    const json = jsonOf((await run(['log', 'dump', file, '--records', '--json'])).out);
    expect(json.filter(({ type }) => type === 'record')).toMatchObject([
      { offset: 0, key: 'k1', value: 'first\tvalue', headers: [['h', '1']] },
      { offset: 1, key: { base64: '/wA=' }, value: null, headers: [] },
    ]);
  });

  it('shows every kind of file', async () => {
    const files = [
      ...readdirSync(partition).map((name) => join(partition, name)),
      ...readdirSync(dataDir)
        .filter((name) => /^meta|checkpoint$/.test(name))
        .map((name) => join(dataDir, name)),
    ];
    expect(files.length).toBeGreaterThanOrEqual(10);
    for (const file of files) {
      const { exitCode, err, out } = await run(['log', 'dump', file]);
      expect({ file, exitCode, err }).toEqual({ file, exitCode: 0, err: '' });
      // An empty file says so.
      expect(out.trim(), file).not.toBe('');
    }
  });

  it.each([
    [['log', 'dump', '/nowhere/at/all'], 'There is no file or directory /nowhere/at/all.'],
    [['log', 'verify', '/nowhere/at/all'], 'There is no directory /nowhere/at/all.'],
    [['log', 'dump', '/etc/hostname'], '/etc/hostname is no file of a log by its name.'],
  ])('%j is wrong usage', async (command, message) => {
    const { exitCode, err } = await run(command);
    expect(err).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe('zurau log verify', () => {
  it('says that all is sound', async () => {
    const { exitCode, out } = await run(['log', 'verify', dataDir]);
    expect(out).toMatch(/^\d+ partitions, .*: all sound\n$/);
    expect(exitCode).toBe(0);
    const json = jsonOf((await run(['log', 'verify', dataDir, '--json'])).out);
    expect(json.at(-1)).toMatchObject({ type: 'summary', errorCount: 0, warningCount: 0 });
    expect(json).toContainEqual(expect.objectContaining({ partition: 'orders-0', endOffset: 2 }));
  });

  it('names file and byte of what is damaged, and fails', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'zurau-log-commands-'));
    onTestFinished(() => rmSync(copy, { recursive: true }));
    cpSync(dataDir, copy, { recursive: true });
    const path = join(copy, 'orders-0', '00000000000000000000.log');
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.from([0xee]), 0, 1, 65);
    closeSync(file);
    const { exitCode, out } = await run(['log', 'verify', copy], capturedIo());
    expect(out).toContain(`error    ${path}:0  batch is damaged: wrong checksum\n`);
    expect(out).toMatch(/: 1 errors\n$/);
    expect(exitCode).toBe(1);
    expect((await run(['log', 'dump', path])).out).toContain('DAMAGED: wrong checksum');
  });
});
