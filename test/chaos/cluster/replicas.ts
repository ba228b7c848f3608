/** What replicas of a topic hold: read by kcat, compared by Kafka's own tool over the wire, and byte by byte on the disk. */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { kafkaToolArgs, kcat } from '@zurau/testkit';
import type { Writer } from './writers.ts';

const VERIFICATION_MS_MAX = 90_000;

interface ReadRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly number: number;
}

/** All that a consumer can read from a topic, in order of offset within each partition. */
async function readAll(bootstrapServers: string, topic: string): Promise<ReadRecord[]> {
  const format = ['-f', '%p %o %k %s\n', '-X', 'check.crcs=true'];
  const { stdout } = await kcat(['-b', bootstrapServers, '-C', '-t', topic, '-e', '-q', ...format]);
  const lines = stdout.toString().trim().split('\n');
  return lines.map((line) => {
    const [partition, offset, key, number] = line.split(' ');
    return {
      partition: Number(partition),
      offset: Number(offset),
      key: key!,
      number: Number(number),
    };
  });
}

/** Everything acknowledged is there, in the partition that was told, and the numbers of each key ascend: none twice, none out of order. */
export async function expectAllThere(bootstrapServers: string, writer: Writer): Promise<number> {
  const read = await readAll(bootstrapServers, writer.topic);
  const found = new Map<number, Set<number>>();
  const lastOfKey = new Map<string, number>();
  const disordered: ReadRecord[] = [];
  for (const record of read) {
    const { partition, key, number } = record;
    if (number <= (lastOfKey.get(key) ?? -1)) disordered.push(record);
    lastOfKey.set(key, number);
    if (!found.has(partition)) found.set(partition, new Set());
    found.get(partition)!.add(number);
  }
  const lost = [...writer.acknowledged].flatMap(([partition, numbers]) =>
    numbers.filter((number) => found.get(partition)?.has(number) !== true),
  );
  expect({ lost: lost.length, first: lost.slice(0, 10) }).toEqual({ lost: 0, first: [] });
  expect(disordered.slice(0, 10)).toEqual([]);
  return read.length;
}

/** `kafka-replica-verification` reads every replica from the beginning; rejects unless it has compared all and found nothing. */
export async function verifyReplicas(bootstrapServers: string, topics: string): Promise<void> {
  const args = ['--broker-list', bootstrapServers, '--topics-include', topics, '--time', '-2'];
  const child = spawn(
    'java',
    kafkaToolArgs('kafka-replica-verification', [...args, '--report-interval-ms', '200']),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said: string[] = [];
  const killer = setTimeout(() => child.kill('SIGKILL'), VERIFICATION_MS_MAX);
  const compared = new Promise<void>((resolve, reject) => {
    const onLine = (line: string): void => {
      said.push(line);
      if (/: max lag is 0 for partition/.test(line)) resolve();
    };
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
    child.once('close', () => reject(new Error(`the replicas differ:\n${said.join('\n')}`)));
  });
  try {
    await compared;
  } finally {
    clearTimeout(killer);
    child.kill('SIGKILL');
  }
  expect(said.filter((line) => /match|differ|rror/.test(line))).toEqual([]);
}

/** Of brokers that have stopped: every replica has the same bytes, however they lie in segments. */
export function expectSameBytes(logDirs: readonly string[], topic: string): void {
  const partitions = logDirs.map((dir) => partitionsOf(dir, topic));
  for (const each of partitions) expect(each).toEqual(partitions[0]);
  for (const partition of partitions[0]!) {
    const digests = logDirs.map((dir) => digestOf(join(dir, partition)));
    expect({ partition, different: new Set(digests).size }).toEqual({ partition, different: 1 });
  }
}

function partitionsOf(logDir: string, topic: string): string[] {
  const names = readdirSync(logDir).filter((name) => name.startsWith(`${topic}-`));
  expect(names.length).toBeGreaterThan(0);
  return names.sort();
}

function digestOf(dir: string): string {
  const hash = createHash('sha256');
  const segments = readdirSync(dir).filter((name) => name.endsWith('.log'));
  for (const name of segments.sort()) hash.update(readFileSync(join(dir, name)));
  return hash.digest('hex');
}
