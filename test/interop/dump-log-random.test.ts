/**
 * Kafka's DumpLogSegments, with every flag, over what is left of a random workload after the cleaner and retention went over it: after a clean stop,
 * and after kill -9 and recovery.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Admin } from '@zurau/client';
import {
  BrokerProcess,
  ToolShell,
  kafkaToolsMissing,
  runCommand,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import type { TempDir } from '@zurau/testkit';
import { dumpInEveryWay } from './dump-log/every-way.ts';
import type { Dumped } from './dump-log/every-way.ts';
import { randomWorkload } from './dump-log/random-workload.ts';

const ZURAU = fileURLToPath(new URL('../../packages/cli/bin/zurau.js', import.meta.url));
const SMALL = { 'segment.bytes': '16384', 'index.interval.bytes': '512' };
const COMPACTED = { 'min.cleanable.dirty.ratio': '0.01', 'delete.retention.ms': '0' };
const PATIENCE = { timeout: 60_000, interval: 100 };
const TOPICS = [
  { name: 'cut', partitions: 1, configs: { ...SMALL } },
  { name: 'retained', partitions: 2, configs: { ...SMALL, 'retention.bytes': '32768' } },
  {
    name: 'cleaned',
    partitions: 2,
    configs: { ...SMALL, ...COMPACTED, 'cleanup.policy': 'compact' },
  },
  {
    name: 'both',
    partitions: 1,
    configs: {
      ...SMALL,
      ...COMPACTED,
      'cleanup.policy': 'compact,delete',
      'retention.bytes': '32768',
    },
  },
] as const;
/** Change it to see others; a failure names it. */
const SEED = Number(process.env['ZURAU_SEED'] ?? 20_240_601);

const missing = await unmetRequirement('dump-log, random', [kafkaToolsMissing]);

describe.skipIf(missing !== undefined)(`a random workload, seed ${SEED}`, () => {
  let dir: TempDir;
  let dataDir: string;
  let shell: ToolShell;
  let broker: BrokerProcess;

  const start = (): Promise<BrokerProcess> =>
    BrokerProcess.start({
      dataDir,
      properties: {
        'log.cleaner.backoff.ms': '100',
        'log.retention.check.interval.ms': '300',
        'log.segment.delete.delay.ms': '500',
        'offsets.topic.num.partitions': '1',
        'offsets.topic.segment.bytes': '16384',
        'transaction.state.log.num.partitions': '1',
        'transaction.state.log.segment.bytes': '16384',
      },
    });

  beforeAll(async () => {
    dir = tempDir('dump-random');
    dataDir = join(dir.path, 'data');
    shell = new ToolShell();
    broker = await start();
  });

  afterAll(async () => {
    await broker?.stop();
    await shell?.close();
    dir?.[Symbol.dispose]();
  });

  /** Ascending. */
  const bases = (partition: string): number[] =>
    readdirSync(join(dataDir, partition))
      .filter((name) => name.endsWith('.log'))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b);

  async function expectSound(): Promise<Dumped> {
    const dumped = await dumpInEveryWay(shell, dataDir, { compacted: ['cleaned', 'both'] });
    const { stdout } = await runCommand(process.execPath, [ZURAU, 'log', 'verify', dataDir]);
    expect(stdout.toString()).toMatch(/: all sound\n$/);
    return dumped;
  }

  it('leaves nothing to complain about after a clean stop', async () => {
    const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
    await admin.createTopics(TOPICS);
    const open = await randomWorkload(broker.bootstrapServers, TOPICS, SEED);
    await vi.waitFor(() => {
      // Retention and the cleaner were here.
      expect(bases('retained-0')[0]).toBeGreaterThan(0);
      expect(bases('both-0')[0]).toBeGreaterThan(0);
      for (const partition of ['cleaned 0', 'cleaned 1', 'both 0']) {
        expect(checkpoint('cleaner-offset-checkpoint')).toContain(`\n${partition} `);
      }
    }, PATIENCE);
    await admin.close();
    await broker.stop();
    await open.close({ timeoutMs: 0 });

    const { logs, offsets, transactions, snapshots, abortedTransactions } = await expectSound();
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
      expect(logs).toContain(`compresscodec: ${codec} `);
    }
    expect(logs).toContain('endTxnMarker: COMMIT');
    expect(offsets).toContain('dump-readers');
    expect(transactions).toMatch(/transactionalId=dump-plain.*state=Ongoing/);
    expect(snapshots).toMatch(/producerId: \d+ .*currentTxnFirstOffset: OptionalLong\[\d+\]/);
    expectMarkers(logs, abortedTransactions);
  });

  it('leaves nothing to complain about after kill -9 and recovery', async () => {
    broker = await start();
    const open = await randomWorkload(broker.bootstrapServers, TOPICS, SEED + 1);
    await broker.kill();
    await open.close({ timeoutMs: 0 });
    broker = await start();
    await broker.stop();
    await expectSound();
  });

  function checkpoint(name: string): string {
    const path = join(dataDir, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
});

/** Every aborted transaction in an index ends with a marker in its log, where no cleaner took it. */
function expectMarkers(logs: string, aborted: ReadonlyMap<string, string>): void {
  const markers = new Map<string, Set<string>>();
  for (const part of logs.split('Dumping ').slice(1)) {
    const log = part.slice(0, part.indexOf('\n'));
    const found = [...part.matchAll(/offset: (\d+) .*endTxnMarker: ABORT/g)];
    markers.set(log, new Set(found.map(([, offset]) => offset!)));
  }
  let seen = 0;
  for (const [path, lines] of aborted) {
    if (!basename(dirname(path)).startsWith('cut-')) continue;
    for (const [, lastOffset] of lines.matchAll(/lastOffset: (\d+)/g)) {
      expect(markers.get(path.replace(/txnindex$/, 'log'))).toContain(lastOffset);
      seen++;
    }
  }
  expect(seen).toBeGreaterThan(0);
}
