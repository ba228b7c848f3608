/**
 * Where Zurau answers otherwise than Apache Kafka 3.9 in ZooKeeper mode, and why. Every entry has to be seen by the suite: one that is no longer true
 * fails it.
 */
import type { Difference } from './compare.ts';

/** A difference, and where it was seen. */
export interface Seen extends Difference {
  readonly api: string;
  readonly version: number;
  readonly scenario: string;
  readonly step: string;
}

export interface KnownDifference {
  readonly reason: string;
  readonly matches: (seen: Seen) => boolean;
}

const NOT_YET = 'comes with a later release';
const BETWEEN_BROKERS = 'between brokers only, comes with clusters of several brokers';

/** APIs that Kafka offers and Zurau does not, by key. */
export const UNSERVED: ReadonlyMap<number, string> = new Map([
  [17, NOT_YET],
  [29, NOT_YET],
  [30, NOT_YET],
  [31, NOT_YET],
  [34, NOT_YET],
  [36, NOT_YET],
  [38, NOT_YET],
  [39, NOT_YET],
  [40, NOT_YET],
  [41, NOT_YET],
  [48, NOT_YET],
  [49, NOT_YET],
  [50, NOT_YET],
  [51, NOT_YET],
  [57, NOT_YET],
  [58, BETWEEN_BROKERS],
]);

const OLD_FORMAT = 'the old message formats are not stored (as in Kafka 4.0)';
const OLD_CLIENTS = 'as in Kafka 4.0, which no longer serves the oldest versions';
const NEWER = 'a version of Kafka 4.x, for newer clients';

const OLD_BROKERS = 'what brokers before Kafka 2.8 say to each other is not served';

/** APIs whose range of versions is another one, by key. */
export const versionRangeReasons: ReadonlyMap<number, string> = new Map([
  [1, OLD_FORMAT],
  [2, OLD_CLIENTS],
  [3, NEWER],
  [4, OLD_BROKERS],
  [5, OLD_BROKERS],
  [6, OLD_BROKERS],
  [8, `${OLD_CLIENTS}; ${NEWER}`],
  [9, `${OLD_CLIENTS}; ${NEWER}`],
  [15, NEWER],
  [23, OLD_CLIENTS],
  [35, OLD_CLIENTS],
  [45, NEWER],
  [60, NEWER],
  [68, NEWER],
  [69, NEWER],
]);

/** First version that is served, where an older one is announced: librdkafka wants to see Produce from 0. */
export const SERVED_FROM: ReadonlyMap<number, number> = new Map([[0, 3]]);

/** A matcher: every part that is given has to fit. Fields are patterns without their indexes: `topics.errorCode`. */
function where(wanted: {
  readonly api: string;
  readonly scenario?: string;
  readonly steps?: readonly string[];
  readonly field?: RegExp;
  readonly version?: number;
}): (seen: Seen) => boolean {
  return (seen) =>
    seen.api === wanted.api &&
    (wanted.scenario === undefined || seen.scenario === wanted.scenario) &&
    (wanted.steps === undefined || wanted.steps.includes(seen.step)) &&
    (wanted.version === undefined || seen.version === wanted.version) &&
    (wanted.field === undefined || wanted.field.test(seen.field.replaceAll(/\[\d+\]/g, '')));
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason: 'Zurau says in words why, where Kafka gives the code alone',
    matches: ({ field, kafka, zurau }) =>
      field.toLowerCase().endsWith('errormessage') &&
      (kafka === null || kafka === '') &&
      zurau === 'TEXT',
  },
  {
    reason: 'Kafka fails with an unexpected error where the request is at fault; Zurau says so',
    matches: ({ field, kafka, zurau }) =>
      field.endsWith('errorCode') &&
      kafka === -1 &&
      typeof zurau === 'number' &&
      [3, 39, 42, 87].includes(zurau),
  },
  {
    reason: 'with an unexpected error Kafka forgets the cluster as well',
    matches: where({
      api: 'Metadata',
      steps: ['null', 'neither name nor id'],
      field: /^(brokers|clusterId|controllerId)$/,
      version: 12,
    }),
  },
  {
    reason: 'Kafka forgets topics that are asked for by name when others are asked for by id',
    matches: where({
      api: 'Metadata',
      scenario: 'topics by id',
      steps: ['by id and by name', 'unknown by id, known by name'],
      version: 12,
    }),
  },
  {
    reason:
      'Kafka accepts impossible assignments and then waits in vain for a leader, and lets the last of two assignments win; Zurau refuses both',
    matches: where({
      api: 'CreateTopics',
      scenario: 'assignments',
      steps: ['no replicas', 'negative broker', 'a partition twice'],
    }),
  },
  {
    reason: 'Kafka answers as if permission were missing when neither name nor id is given',
    matches: where({
      api: 'DeleteTopics',
      scenario: 'delete by id',
      steps: ['neither'],
      field: /errorCode$/,
    }),
  },
  ...['DescribeConfigs', 'AlterConfigs', 'IncrementalAlterConfigs'].map((api): KnownDifference => ({
    reason: `${api}: groups have configs, as in Kafka 4; Kafka 3.9 with ZooKeeper does not know the type`,
    matches: where({ api, steps: ['type 32'] }),
  })),
  {
    reason: 'Kafka no longer fills isDefault for the one version that has it',
    matches: where({ api: 'DescribeConfigs', field: /isDefault$/, version: 0 }),
  },
  {
    reason: 'Kafka does not answer when a resource is named twice',
    matches: where({ api: 'AlterConfigs', steps: ['a topic twice'], field: /^$/ }),
  },
  {
    reason:
      "records are not decoded on their way in unless a config of the topic needs it: what lies behind a right checksum is the producer's",
    matches: where({
      api: 'Produce',
      scenario: 'batches that contradict themselves',
      steps: [
        'gzip that is none',
        'lz4 that is none',
        'record length too large',
        'record length zero',
        'a wrong max timestamp',
        'read back',
      ],
    }),
  },
  {
    reason: "the time of appending is the broker's to set: a producer that sets it is refused",
    matches: where({
      api: 'Produce',
      scenario: 'batches that contradict themselves',
      steps: ['log append time'],
    }),
  },
  {
    reason: 'a codec that does not exist is an invalid record like any other',
    matches: where({
      api: 'Produce',
      scenario: 'batches that contradict themselves',
      steps: ['unknown codec'],
    }),
  },
  {
    reason:
      'Kafka gathers what belongs to a topic that is named twice; Zurau answers as it was asked',
    matches: where({
      api: 'Produce',
      scenario: 'compacted topics need keys',
      steps: ['one good partition, one bad'],
    }),
  },
  {
    reason:
      'in a session the partitions of a topic may be apart, and then come in several entries: which ones are adjacent differs',
    matches: where({
      api: 'Fetch',
      scenario: 'session: unknown partitions and topics',
      steps: ['full', 'increment'],
      field: /^responses(\.|$)/,
    }),
  },
  {
    reason: 'an isolation level that does not exist is read as the lower one',
    matches: (seen) =>
      (seen.api === 'Fetch' && seen.step === 'unknown isolation level') ||
      (seen.api === 'ListOffsets' && seen.step === 'unknown isolation'),
  },
  {
    reason: 'negative limits are limits of nothing, not errors',
    matches: where({ api: 'Fetch', scenario: 'limits of bytes', steps: ['negative limits'] }),
  },
  {
    reason:
      'Kafka cuts its last batch where the limit ends, which counts; Zurau sends whole batches, and has room for others',
    matches: where({
      api: 'Fetch',
      scenario: 'limits of bytes',
      steps: ['request limit 300', 'request limit 1500'],
      field: /records$/,
    }),
  },
  {
    reason: 'an answer of Kafka ends with a segment; Zurau reads on',
    matches: where({ api: 'Fetch', scenario: 'across segments', field: /records$/ }),
  },
  {
    reason: 'no name is no id either',
    matches: where({
      api: 'Fetch',
      scenario: 'what is not there',
      steps: ['no name, no id'],
      field: /errorCode$/,
    }),
  },
  {
    reason: 'a record without a time is not the one with the largest',
    matches: where({ api: 'ListOffsets', scenario: 'records without a time', steps: ['-3'] }),
  },
  {
    reason: 'an epoch below all there can be has no end',
    matches: where({ api: 'OffsetForLeaderEpoch', steps: ['epoch -9'] }),
  },
  {
    reason: 'Kafka does not answer when the records of a partition are null',
    matches: where({ api: 'Produce', scenario: 'damaged batches', steps: ['null'] }),
  },
  {
    reason: 'Kafka ignores what follows a batch when it is too short for another; Zurau refuses it',
    matches: where({
      api: 'Produce',
      scenario: 'damaged batches',
      steps: ['bytes after it', 'read back'],
    }),
  },
  {
    reason: 'Kafka leaves out a topic without partitions',
    matches: where({ api: 'OffsetDelete', scenario: 'dropped', steps: ['no partitions'] }),
  },
  {
    reason: 'Zurau offers the consumer groups of KIP-848 without KRaft too',
    matches: where({
      api: 'DescribeConfigs',
      scenario: 'of a broker',
      steps: ['all'],
      field: /^group\.coordinator\.rebalance\.protocols/,
    }),
  },
  {
    reason: 'Kafka answers once for a partition that is asked for twice',
    matches: where({ api: 'OffsetFetch', scenario: 'read back', steps: ['twice'] }),
  },
  {
    reason: 'Kafka does not answer when no group is asked for',
    matches: where({ api: 'OffsetFetch', scenario: 'read back', steps: ['no groups'] }),
  },
  {
    reason: 'Kafka answers once for a partition that is committed twice',
    matches: where({ api: 'OffsetCommit', scenario: 'without members', steps: ['twice'] }),
  },
];
