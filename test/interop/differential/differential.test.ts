/**
 * Zurau against Apache Kafka 3.9 in ZooKeeper mode, field by field: the same requests to both, in every version of every API that both offer. Differences
 * that are meant are listed, with reasons, in known-differences.ts; one that is no longer seen fails the suite too.
 */
import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaToolsMissing, unmetRequirement } from '@zurau/testkit';
import { BrokerPair, versionsOf } from './brokers.ts';
import type { Versions } from './brokers.ts';
import { differences } from './compare.ts';
import { Driver, NOT_IN_THIS_VERSION } from './driver.ts';
import {
  KNOWN_DIFFERENCES,
  SERVED_FROM,
  UNSERVED,
  versionRangeReasons,
} from './known-differences.ts';
import type { Seen } from './known-differences.ts';
import type { Profile, Scenario } from './scenario.ts';
import { allScenarios } from './scenarios/all.ts';

const PROFILES: readonly Profile[] = ['default', 'strict'];
const ONLY = process.env['ZURAU_DIFFERENTIAL_ONLY'];
const REPORT = process.env['ZURAU_DIFFERENTIAL_REPORT'];

const missing = await unmetRequirement('differential', [kafkaToolsMissing]);
const seenKnown = new Set<number>();
let exchangeCount = 0;

describe.skipIf(missing !== undefined).each(PROFILES)('Zurau as Apache Kafka: %s', (profile) => {
  const scenarios = allScenarios.filter(
    (each) =>
      each.profile === profile &&
      (ONLY === undefined || `${each.api.name}: ${each.name}`.includes(ONLY)),
  );
  if (scenarios.length === 0) {
    it.skip('no scenario', () => undefined);
    return;
  }
  let pair: BrokerPair;
  let kafkaVersions: Versions;
  let zurauVersions: Versions;

  beforeAll(async () => {
    pair = await BrokerPair.start(profile);
    kafkaVersions = await versionsOf(pair.kafka.bootstrapServers);
    zurauVersions = await versionsOf(pair.zurau.bootstrapServers);
  });

  afterAll(async () => {
    await pair?.stop();
  });

  it('offers what Kafka offers', () => {
    for (const [key, kafka] of kafkaVersions) {
      const zurau = zurauVersions.get(key);
      expect({ key, isServed: zurau !== undefined }).toEqual({ key, isServed: !UNSERVED.has(key) });
      if (zurau === undefined) continue;
      const isSame = zurau.min === kafka.min && zurau.max === kafka.max;
      expect({ key, kafka, zurau, isListed: versionRangeReasons.has(key) }).toMatchObject({
        isListed: !isSame,
      });
    }
  });

  it.each(scenarios.map((each) => [`${each.api.name}: ${each.name}`, each] as const))(
    '%s',
    async (_name, each) => {
      const errorCount = pair.errors.length;
      const found: Seen[] = [];
      try {
        for (const version of sharedVersions(each)) found.push(...(await compare(each, version)));
      } finally {
        expect(pair.errors.slice(errorCount), 'the broker logged errors').toEqual([]);
      }
      if (REPORT !== undefined) {
        for (const line of found) appendFileSync(REPORT, `${JSON.stringify(line)}\n`);
      }
      expect(found).toEqual([]);
    },
  );

  function sharedVersions({ api, fromVersion }: Scenario): number[] {
    const [kafka, zurau] = [kafkaVersions.get(api.key), zurauVersions.get(api.key)];
    if (kafka === undefined || zurau === undefined) throw new Error(`${api.name} is not shared`);
    const min = Math.max(kafka.min, zurau.min, SERVED_FROM.get(api.key) ?? 0, fromVersion);
    const max = Math.min(kafka.max, zurau.max);
    return Array.from({ length: max - min + 1 }, (_, index) => min + index);
  }

  /** Runs a scenario against both, returns the differences that nobody expects. */
  async function compare({ name, api, run }: Scenario, version: number): Promise<Seen[]> {
    const newest = new Map(
      [...kafkaVersions].flatMap(([key, { max }]) => {
        const other = zurauVersions.get(key);
        return other === undefined ? [] : [[key, Math.min(max, other.max)] as const];
      }),
    );
    const [kafka, zurau] = [pair.kafka, pair.zurau].map(
      ({ bootstrapServers }) => new Driver({ bootstrapServers, apiKey: api.key, version, newest }),
    ) as [Driver, Driver];
    try {
      await Promise.all([run(kafka), run(zurau)]);
    } finally {
      kafka.close();
      zurau.close();
    }
    expect(zurau.transcript.map(({ step }) => step)).toEqual(
      kafka.transcript.map(({ step }) => step),
    );
    return kafka.transcript.flatMap(({ step, outcome }, index) => {
      const other = zurau.transcript[index]!.outcome;
      if (outcome !== NOT_IN_THIS_VERSION) exchangeCount += 1;
      return differences(outcome, other)
        .map((difference) => ({ api: api.name, version, scenario: name, step, ...difference }))
        .filter((seen) => !isKnown(seen));
    });
  }
});

function isKnown(seen: Seen): boolean {
  const index = KNOWN_DIFFERENCES.findIndex(({ matches }) => matches(seen));
  if (index < 0) return false;
  seenKnown.add(index);
  return true;
}

describe.skipIf(missing !== undefined || ONLY !== undefined)(
  'the list of known differences',
  () => {
    it('has no entry that is no longer true', () => {
      const stale = KNOWN_DIFFERENCES.filter((_, index) => !seenKnown.has(index));
      expect(stale.map(({ reason }) => reason)).toEqual([]);
      process.stdout.write(`compared ${exchangeCount} exchanges\n`);
    });
  },
);
