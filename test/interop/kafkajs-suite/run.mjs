/**
 * KafkaJS's own tests against a broker of ours, or Apache Kafka's to compare.
 *
 *   node test/interop/kafkajs-suite/run.mjs [--against zurau|kafka] [--door] [--only PATTERN] [--source DIR] [--report]
 *
 * Fetches KafkaJS's source at a tag (its package has no tests), or takes it from `--source`, a git repository that has the tag; installs what its
 * tests need beside it, in `.cache`, which is not checked in. `--only` is a pattern of file names. Each run rewrites RESULTS.md from what the last
 * runs against either broker gave; `--report` does only that. Needs git, npm and the built packages.
 *
 * With `--door` it is our client that is tested, not the broker: the tests of KafkaJS's producer, consumer and admin client run against
 * `@zurau/client/kafkajs`, in a second copy where the modules that make clients are replaced by ours (`door/`); RESULTS-door.md compares with
 * KafkaJS itself on the same broker.
 *
 * The suite was written for three brokers with TLS, SASL and ACLs. Here it meets one, in the clear; what of it asks for more fails on Kafka as
 * well, and RESULTS.md says so. Its tests are run as they are. What is changed is how they find the broker, and a script that they run
 * in a container to add partitions.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Admin } from '@zurau/client';
import { formatReport, keepCases } from '../outside-suites/report.mjs';
import { say, startTarget, TARGETS } from '../outside-suites/target.mjs';

const TAG = 'v2.2.4';
const REPOSITORY = 'https://github.com/tulios/kafkajs.git';
const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = join(HERE, '.cache');
const SOURCE = join(CACHE, `kafkajs-${TAG}`);
const DOOR_SOURCE = join(CACHE, `kafkajs-${TAG}-door`);

/** The suite's own profile, as far as one broker goes. */
const PROPERTIES = {
  'auto.create.topics.enable': 'true',
  'num.partitions': '2',
  'offsets.topic.num.partitions': '5',
  'transaction.state.log.num.partitions': '5',
  'group.initial.rebalance.delay.ms': '0',
  'delete.topic.enable': 'true',
};
/** The version that the suite goes by; the last that it knows. */
const KAFKA_VERSION = '2.4';
/** Instead of 90 s: what hangs, hangs. */
const TEST_TIMEOUT_MS = 30_000;
const HEAP_MIB = 2048;
const RUN_MS_MAX = 30 * 60_000;

const SECURE = 'needs TLS, SASL or an authorizer';
const NOT_RUN = [
  ['src/admin/__tests__/createAcls.spec.js', SECURE],
  ['src/admin/__tests__/deleteAcls.spec.js', SECURE],
  ['src/admin/__tests__/describeAcls.spec.js', SECURE],
  ['src/broker/__tests__/createAcls.spec.js', SECURE],
  ['src/broker/__tests__/deleteAcls.spec.js', SECURE],
  ['src/broker/__tests__/describeAcls.spec.js', SECURE],
  ['src/broker/__tests__/reauthenticate.spec.js', SECURE],
];
const REASONS = [
  [/listOffsets\.spec.*v0/s, 'version 0 of ListOffsets, which Kafka 4.0 no longer serves either'],
  [/brokerPool/, 'needs several brokers'],
  [/SASL|SSL|:909[3-9]|:9100|connection\.spec|connect\.spec|disconnect\.spec/i, SECURE],
  [
    /findGroupCoordinator|describeCluster|artitionReassignments|Broker 1 not found|not the partition leader|broker configs|deleteTopicRecords/,
    'needs several brokers',
  ],
  [
    /(offsetCommit|offsetFetch|heartbeat)\.spec.*not aware of this member/s,
    'joins with a rebalance timeout of 0 ms, so that who does not sync at once is no member any more',
  ],
  [/describeConfigs\.spec/, 'compares with all configs of Kafka 2.4'],
  [/emits request timeout events/, 'passes where an answer takes longer than 1 ms'],
  [
    /createTopics\.spec.*default replication factor/s,
    'reads two configs by their place in the answer, which has no order',
  ],
];

const OWN_MODULE = "of a module of KafkaJS's own, which the door does not have";
const NOT_THROUGH_THE_DOOR = [
  'src/consumer/__tests__/batch.spec.js',
  'src/consumer/__tests__/consumerGroup.spec.js',
  'src/consumer/__tests__/filterAbortedMessages.spec.js',
  'src/consumer/__tests__/runner.spec.js',
  'src/consumer/fetchManager.spec.js',
  'src/consumer/fetcher.spec.js',
  'src/consumer/offsetManager/',
  'src/consumer/subscriptionState.spec.js',
  'src/consumer/worker.spec.js',
  'src/consumer/workerQueue.spec.js',
  'src/producer/compression.spec.js',
  'src/producer/createTopicData.spec.js',
  'src/producer/eosManager/',
  'src/producer/groupMessagesPerPartition.spec.js',
  'src/producer/partitioners/default/murmur2.spec.js',
  'src/producer/partitioners/legacy/murmur2.spec.js',
  'src/producer/partitioners/legacy/randomBytes.spec.js',
  'src/producer/sendMessages.spec.js',
].map((file) => [file, OWN_MODULE]);
const INTERNALS =
  "looks into KafkaJS's own Cluster, Broker or other module, or replaces a part of it";
const DOOR_REASONS = [
  [
    /deleteTopicRecords\.spec.*(tries again|out-of-range|low watermark)|REQUEST_TIMED_OUT|cluster target group/s,
    INTERNALS,
  ],
  [
    /"allowAutoTopicCreation" is true/,
    "KafkaJS's own Kafka object never makes an admin client with that setting",
  ],
  [/SSL|SASL/, SECURE],
  [
    /controller has moved|query metadata if waitForLeaders|ignore already created topics|forward non ignorable/,
    INTERNALS,
  ],
  [
    /Topic metadata not loaded|not found in the cached metadata|must be a mock or spy|toHaveBeenCalled\(\)/,
    INTERNALS,
  ],
  [
    /initProducerId|default retry value|committed offset to the given offset|reconnects the cluster/,
    INTERNALS,
  ],
  [/errorRecovery\.spec.*(crashes due to|bail out)/s, INTERNALS],
  [/request queue size/, 'the engine has no queue of requests that wait'],
  [
    /request timeout event/,
    'passes where an answer takes longer than 1 ms; names the error of a request as it is',
  ],
  [
    /consolidated and respect|exposed in the eachMessage/,
    'counts heartbeats, which here do not wait for handlers',
  ],
  [/unsubscribed topics events/, 'the assigner gives members only what they subscribed to'],
  [
    /multiple batches|empty control batches/,
    'what is not for the application is told of together, and not what lies before the first look at a partition',
  ],
  [
    /pausing while fetch is in-flight|without receiving any assignment/,
    'nothing is fetched of what is paused, or without partitions, so no fetch is told of',
  ],
];

const { values } = parseArgs({
  options: {
    against: { type: 'string', default: 'zurau' },
    only: { type: 'string' },
    source: { type: 'string' },
    door: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
  },
});
if (!(values.against in TARGETS)) throw new Error('--against takes zurau or kafka');

/** What the results are kept under. */
const KIND = values.door ? `door-${values.against}` : values.against;
const DIRECTORY = values.door ? DOOR_SOURCE : SOURCE;
const FILES = values.door
  ? 'src/(admin|consumer|producer)/'
  : 'src/(admin|broker|cluster|consumer|network|producer)/';

if (!values.report) {
  prepare(values.source);
  if (values.door) prepareDoor();
  const target = await startTarget(values.against, PROPERTIES, 'localhost');
  try {
    const admin = new Admin({ bootstrapServers: target.bootstrapServers });
    await admin.createTopics([
      { name: 'test-topic-already-exists', partitions: 2, replicationFactor: 1 },
    ]);
    await admin.close();
    const cases = await runJest(target.bootstrapServers, values.only ?? FILES);
    keepCases(CACHE, KIND, cases);
    const failed = cases.filter(({ status }) => status === 'failed');
    for (const { file, name, message } of failed) say(`FAILED ${file}: ${name}\n  ${message}`);
    say(`${cases.length} tests on ${TARGETS[values.against]}, ${failed.length} failed`);
  } finally {
    for (const line of await target.stop()) say(`the broker says: ${line}`);
  }
}
writeReport();
writeDoorReport();

/** Source, dependencies and changes, unless they are there already. */
function prepare(source) {
  const ready = join(SOURCE, '.ready');
  if (existsSync(ready)) return;
  rmSync(SOURCE, { recursive: true, force: true });
  mkdirSync(SOURCE, { recursive: true });
  say(`fetching KafkaJS ${TAG}`);
  const cloned = run('git', [
    ...['clone', '--quiet', '--depth', '1', '-c', 'advice.detachedHead=false'],
    ...['--branch', TAG, source ?? REPOSITORY, SOURCE],
  ]);
  if (cloned.status !== 0) {
    say(`KafkaJS's source cannot be had from ${source ?? REPOSITORY}:\n${cloned.stderr}`);
    say(`Where that is out of reach, name a git repository that has the tag ${TAG}: --source DIR`);
    process.exit(1);
  }
  say("installing what KafkaJS's tests need");
  must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  changeHelpers();
  writeFileSync(ready, '');
}

/** A copy of the suite whose clients are the door's. */
function prepareDoor() {
  rmSync(DOOR_SOURCE, { recursive: true, force: true });
  cpSync(SOURCE, DOOR_SOURCE, { recursive: true, filter: (path) => !path.includes('/.git/') });
  // Outside of jest, too, for the script that adds partitions.
  const door = '(global.zurauDoor || require(process.env.ZURAU_DOOR_FACTORIES).doorOf())';
  const replaced = {
    'index.js': 'kafkajs',
    'src/producer/index.js': 'createProducer',
    'src/consumer/index.js': 'createConsumer',
    'src/admin/index.js': 'createAdmin',
    'src/consumer/assignerProtocol.js': 'kafkajs.AssignerProtocol',
    'src/consumer/assigners/index.js': 'kafkajs.PartitionAssigners',
    'src/consumer/assigners/roundRobinAssigner/index.js': 'kafkajs.PartitionAssigners.roundRobin',
    'src/producer/partitioners/index.js': 'kafkajs.Partitioners',
    'src/producer/partitioners/legacy/index.js': 'kafkajs.Partitioners.LegacyPartitioner',
  };
  for (const [file, of] of Object.entries(replaced)) {
    writeFileSync(join(DOOR_SOURCE, file), `module.exports = ${door}.${of}\n`);
  }
  change(
    'src/errors.js',
    [['module.exports = {', 'const own = {']],
    'module.exports = { ...own, ...global.zurauDoor.kafkajs }\n',
  );
  change('testHelpers/index.js', [
    [
      'new Cluster(Object.assign(connectionOpts(), opts, { brokers }))',
      '(options => Object.assign(new Cluster(options), { doorOptions: options }))(Object.assign(connectionOpts(), opts, { brokers }))',
    ],
  ]);
}

/** Where the broker is, and how partitions are added, are the two things about the suite's surroundings that are its own. */
function changeHelpers() {
  change('testHelpers/index.js', [
    [
      'const plainTextBrokers = (host = getHost()) => [`${host}:9092`, `${host}:9095`, `${host}:9098`]',
      'const plainTextBrokers = () => [process.env.TEST_BROKER]',
    ],
    ['port: 9092,', 'port: Number(process.env.TEST_BROKER.split(":")[1]),'],
    ['brokers: [`${getHost()}:9092`]', 'brokers: plainTextBrokers()'],
  ]);
  change('testHelpers/setup.js', [
    ['jest.setTimeout(90000)', `jest.setTimeout(${TEST_TIMEOUT_MS})`],
  ]);
  writeFileSync(
    join(SOURCE, 'scripts/addPartitions.sh'),
    `#!/bin/sh -e
exec node -e '
const { Kafka } = require("./index.js")
const admin = new Kafka({ brokers: [process.env.TEST_BROKER] }).admin()
const { TOPIC: topic, PARTITIONS: count } = process.env
admin
  .connect()
  .then(() => admin.createPartitions({ topicPartitions: [{ topic, count: Number(count) }] }))
  .then(() => admin.disconnect())
'
`,
    { mode: 0o755 },
  );
}

function change(file, replacements, added = '') {
  const path = join(DIRECTORY, file);
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${file} is not as expected: no "${from}"`);
    text = text.replace(from, to);
  }
  writeFileSync(path, text + added);
}

/** All in one process, one file after another: they share the broker. */
async function runJest(broker, only) {
  const output = join(CACHE, `jest-${KIND}.json`);
  rmSync(output, { force: true });
  const notRun = values.door ? [...NOT_RUN, ...NOT_THROUGH_THE_DOOR] : NOT_RUN;
  const ignored = ['/node_modules/', ...notRun.map(([file]) => file)];
  say(`running ${only}`);
  const args = [
    ...[`--max-old-space-size=${HEAP_MIB}`, 'node_modules/jest/bin/jest.js'],
    ...['--ci', '--runInBand', '--forceExit', '--reporters=default'],
    ...['--json', `--outputFile=${output}`, '--testPathPattern', only],
    ...(values.door ? [`--env=${join(HERE, 'door/environment.cjs')}`] : []),
    ...['--testPathIgnorePatterns', ...ignored],
  ];
  const log = join(CACHE, `jest-${KIND}.log`);
  const logFile = openSync(log, 'w');
  const jest = spawn(process.execPath, args, {
    cwd: DIRECTORY,
    stdio: ['ignore', logFile, logFile],
    env: {
      ...process.env,
      ...{ NODE_ENV: 'test', VERBOSE: '1', KAFKA_VERSION, KAFKAJS_DEBUG_PROTOCOL_BUFFERS: '1' },
      TEST_BROKER: broker,
      ZURAU_DOOR_FACTORIES: join(HERE, 'door/factories.cjs'),
      NODE_PATH: join(DIRECTORY, 'node_modules'),
    },
    timeout: RUN_MS_MAX,
  });
  await once(jest, 'close');
  if (!existsSync(output)) throw new Error(`jest wrote no results; see ${log}`);
  return JSON.parse(readFileSync(output, 'utf8')).testResults.flatMap((result) => {
    const file = relative(DIRECTORY, result.name);
    if (result.assertionResults.length === 0) {
      return [{ file, name: '(the file)', status: 'failed', message: result.message }];
    }
    return result.assertionResults.map((each) => ({
      file,
      name: each.fullName,
      status: each.status === 'passed' || each.status === 'failed' ? each.status : 'skipped',
      message: each.failureMessages.join('\n').slice(0, 1000),
    }));
  });
}

function run(program, args, options = {}) {
  const result = spawnSync(program, args, {
    ...{ cwd: SOURCE, encoding: 'utf8', maxBuffer: 1 << 28 },
    ...options,
  });
  if (result.error !== undefined) throw result.error;
  return result;
}

function must(program, args) {
  const { status, stderr } = run(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stderr}`);
}

function writeReport() {
  const intro = `
The tests of KafkaJS ${TAG} that talk to a broker, or could, against one Zurau broker and against one broker of ${TARGETS.kafka} (ZooKeeper mode) with
the same settings. Written by \`node test/interop/kafkajs-suite/run.mjs --against zurau\` and \`--against kafka\`, on a machine that was busy with other things.

The suite is written for Kafka ${KAFKA_VERSION}, in a cluster of three brokers with TLS, SASL and an authorizer: what asks for those, or for the
settings of that version, fails on both.`;
  const title = `KafkaJS's own tests`;
  const page = formatReport({ title, intro, dir: CACHE, reasons: REASONS, notRun: NOT_RUN });
  writeFileSync(join(HERE, 'RESULTS.md'), page);
  const formatted = spawnSync('npx', ['prettier', '--write', join(HERE, 'RESULTS.md')], {
    encoding: 'utf8',
  });
  if (formatted.status !== 0) say(formatted.stderr);
}

function writeDoorReport() {
  const intro = `
The tests of KafkaJS ${TAG} for its producer, consumer and admin client, with \`@zurau/client/kafkajs\` in KafkaJS's place, against one Zurau broker; beside it
KafkaJS itself against the same broker. Written by \`node test/interop/kafkajs-suite/run.mjs --door\`.

What needs several brokers, TLS, SASL or an authorizer fails with both.`;
  const page = formatReport({
    title: `KafkaJS's own tests through the door`,
    intro,
    dir: CACHE,
    reasons: [...DOOR_REASONS, ...REASONS],
    notRun: [...NOT_RUN.filter(([file]) => file.startsWith('src/admin/')), ...NOT_THROUGH_THE_DOOR],
    columns: [
      ['door-zurau', 'the door'],
      ['zurau', 'KafkaJS'],
    ],
  });
  const path = join(HERE, 'RESULTS-door.md');
  writeFileSync(path, page);
  const formatted = spawnSync('npx', ['prettier', '--write', path], { encoding: 'utf8' });
  if (formatted.status !== 0) say(formatted.stderr);
}
