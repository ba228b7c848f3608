/**
 * kcat (librdkafka) against the broker as users start it: a million lines of 1 KB through all five codecs, byte for byte.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attributesCodec,
  BATCH_HEADER_BYTES,
  batchAttributes,
  batchSizeBytes,
} from '@zurau/protocol';
import {
  BrokerProcess,
  hashStream,
  kcat,
  kcatMissing,
  tempDir,
  unmetRequirement,
  writeLines,
} from '@zurau/testkit';
import type { LineSource, TempDir } from '@zurau/testkit';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const LINES = Number(process.env['ZURAU_KCAT_LINES'] ?? 1_000_000);

/** Codecs of all batches in a partition's directory. */
function codecsOnDisk(directory: string): Set<string | undefined> {
  const codecs = new Set<string | undefined>();
  for (const name of readdirSync(directory)) {
    if (!name.endsWith('.log')) continue;
    const file = openSync(join(directory, name), 'r');
    const header = Buffer.alloc(BATCH_HEADER_BYTES);
    for (let at = 0; readSync(file, header, 0, header.length, at) === header.length;) {
      codecs.add(attributesCodec(batchAttributes(header, 0)));
      at += batchSizeBytes(header, 0);
    }
    closeSync(file);
  }
  return codecs;
}

const missing = await unmetRequirement('kcat', [kcatMissing]);

describe.skipIf(missing !== undefined)('kcat', () => {
  let dir: TempDir;
  let broker: BrokerProcess;

  beforeAll(async () => {
    dir = tempDir('kcat');
    broker = await BrokerProcess.start({ dataDir: dir.path });
  });

  afterAll(async () => {
    await broker.stop();
    dir[Symbol.dispose]();
  });

  it.each(CODECS)(
    'produces lines of 1 KB with %s and consumes them byte for byte',
    async (codec) => {
      const topic = `kcat-${codec}`;
      const lines: LineSource = {
        lineCount: LINES / CODECS.length,
        lineBytes: 1023,
        seed: CODECS.indexOf(codec) + 1,
      };
      let sent: Promise<string> | undefined;
      await kcat(
        ['-b', broker.bootstrapServers, '-P', '-t', topic, '-z', codec, '-X', 'linger.ms=5'],
        {
          input: (stdin) => {
            sent = writeLines(lines, stdin);
          },
        },
      );
      let received: Promise<{ hash: string; byteCount: number }> | undefined;
      await kcat(
        [
          '-b',
          broker.bootstrapServers,
          '-C',
          '-t',
          topic,
          '-o',
          'beginning',
          '-e',
          '-q',
          '-X',
          'check.crcs=true',
        ],
        {
          onStdout: (stdout) => {
            received = hashStream(stdout);
          },
        },
      );
      const { hash, byteCount } = await received!;
      expect(byteCount).toBe(lines.lineCount * (lines.lineBytes + 1));
      expect(hash).toBe(await sent!);
      const codecs = codecsOnDisk(join(dir.path, `${topic}-0`));
      expect(codecs).toContain(codec);
      // librdkafka sends a batch as it is when compressing makes it larger, as with a single line of these.
      codecs.delete('none');
      expect([...codecs]).toEqual(codec === 'none' ? [] : [codec]);
    },
  );

  it('lists the broker and its topics', async () => {
    const { stdout } = await kcat(['-b', broker.bootstrapServers, '-L', '-J']);
    const metadata = JSON.parse(stdout.toString()) as {
      brokers: unknown[];
      topics: { topic: string; partitions: { leader: number }[] }[];
    };
    expect(metadata.brokers.length).toBe(1);
    expect(metadata.topics.map(({ topic }) => topic)).toContain('kcat-none');
  });

  it('keeps keys, headers, partitions and null values', async () => {
    const topic = 'kcat-parts';
    const at = ['-b', broker.bootstrapServers, '-t', topic];
    await kcat(['-P', ...at, '-K', ':', '-Z', '-H', 'a=1', '-H', 'b=zwei'], {
      input: 'k1:v1\nk2:\n',
    });
    const { stdout } = await kcat(['-C', ...at, '-e', '-q', '-f', '%k|%s|%S|%h\\n']);
    expect(stdout.toString()).toBe('k1|v1|2|a=1,b=zwei\nk2||-1|a=1,b=zwei\n');
  });

  it('finds an offset by time', async () => {
    const topic = 'kcat-time';
    const at = ['-b', broker.bootstrapServers, '-t', topic];
    await kcat(['-P', ...at], { input: 'one\ntwo\n' });
    const { stdout } = await kcat(['-C', ...at, '-e', '-q', '-f', '%T %o\\n']);
    const lines = stdout.toString().trim().split('\n');
    const lastMs = Number(lines.at(-1)!.split(' ')[0]);
    const found = await kcat(['-Q', '-b', broker.bootstrapServers, '-t', `${topic}:0:${lastMs}`]);
    const expected = lines.find((line) => Number(line.split(' ')[0]) >= lastMs)!.split(' ')[1]!;
    expect(found.stdout.toString()).toContain(`offset ${expected}`);
  });
});
