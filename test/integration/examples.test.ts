/** Every program in examples/ runs, as it stands, against a broker in this process. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ClusterUnderTest, clusterUnderTest } from './cluster-under-test.ts';

/** What the last line of each says. */
const LAST_LINES: Readonly<Record<string, RegExp>> = {
  'admin.ts': /: (Empty|Stable|Dead|PreparingRebalance)|ends at 0, 0, 0/,
  'coming-from-kafkajs.ts': /read a, b, c/,
  'consume-group.ts': /example-jobs-0 2: c/,
  'produce.ts': /1000 records were acknowledged/,
  'transactions.ts': /3 numbers were doubled/,
  'typed-topics.ts': /3 things were ordered/,
};

const DIRECTORY = fileURLToPath(new URL('../../examples', import.meta.url));

let cluster: ClusterUnderTest;

beforeAll(async () => {
  cluster = await clusterUnderTest();
  vi.stubEnv('BOOTSTRAP', cluster.bootstrapServers);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster.close();
});

it('there is a line for each example', () => {
  const programs = readdirSync(DIRECTORY).filter((name) => name.endsWith('.ts'));
  expect(programs.toSorted()).toEqual(Object.keys(LAST_LINES));
});

it.each(Object.entries(LAST_LINES))('%s', { timeout: 60_000 }, async (name, lastLine) => {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...words) => {
    lines.push(words.join(' '));
  });
  try {
    await import(/* @vite-ignore */ `../../examples/${name}`);
  } finally {
    log.mockRestore();
  }
  expect(lines.at(-1)).toMatch(lastLine);
});
