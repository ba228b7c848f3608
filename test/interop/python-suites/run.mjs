/**
 * The integration tests of Python's clients against a broker of ours, or Apache Kafka's to compare.
 *
 *   node test/interop/python-suites/run.mjs [--suite kafka-python|confluent] [--against zurau|kafka] [--source DIR] [--report]
 *
 * kafka-python's source package has its tests. Those of confluent-kafka-python are in its repository only, which is cloned, or taken from `--source`, a git
 * repository that has the tag. What they need is installed into a virtual environment in `.cache`, which is not checked in. Each run rewrites
 * RESULTS.md from what the last runs gave; `--report` does only that. Needs git, Python 3 with venv and the built packages.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatReport, keepCases } from '../outside-suites/report.mjs';
import { say, startTarget, TARGETS } from '../outside-suites/target.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = join(HERE, '.cache');
const VENV = join(CACHE, 'venv');
const PYTHON = join(VENV, 'bin', 'python');
const RUN_MS_MAX = 20 * 60_000;
const TEST_S_MAX = 90;

/** What Kafka's own images come with, for one broker. */
const PROPERTIES = {
  'auto.create.topics.enable': 'true',
  'num.partitions': '4',
  'offsets.topic.num.partitions': '5',
  'transaction.state.log.num.partitions': '5',
  'group.initial.rebalance.delay.ms': '0',
};

const KAFKA_PYTHON = '3.0.9';
const CONFLUENT = '2.14.0';
const REPOSITORY = 'https://github.com/confluentinc/confluent-kafka-python.git';

const SUITES = {
  'kafka-python': {
    title: `kafka-python ${KAFKA_PYTHON}`,
    directory: join(CACHE, `kafka_python-${KAFKA_PYTHON}`),
    prepare: prepareKafkaPython,
    paths: ['test/integration', '--deselect', 'test/integration/test_ssl_integration.py'],
    // The directory of Kafka only has to be there: the broker is.
    env: (broker) => ({
      KAFKA_VERSION: '3.9.0',
      KAFKA_URI: `kafka://${broker}`,
      KAFKA_ROOT: CACHE,
    }),
  },
  confluent: {
    title: `confluent-kafka-python ${CONFLUENT}`,
    directory: join(CACHE, `confluent-kafka-python-${CONFLUENT}`),
    prepare: prepareConfluent,
    paths: ['admin', 'consumer', 'producer'].map((name) => `tests/integration/${name}`),
    env: (broker) => ({ BROKERS: broker }),
  },
};

const SERVICE = `
class ExternalService:
    def __init__(self, host, port):
        pass

    def open(self):
        pass


class SpawnedService:
    pass
`;

const REASONS = [
  [/transaction/i, 'transactions, which Zurau does not have yet'],
  [/Acls|_acls|No Authorizer|test_basic_operations/, 'needs an authorizer'],
  [/user_scram_credentials/, 'SCRAM credentials, which Zurau does not keep yet'],
  [/sasl|ssl/i, 'needs TLS or SASL'],
  [/alter_replica_log_dirs/, 'Zurau does not move replicas between directories'],
  [/test_group/, 'four members in one process with sessions of 3 s, on a busy machine'],
];

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'kafka-python' },
    against: { type: 'string', default: 'zurau' },
    source: { type: 'string' },
    report: { type: 'boolean', default: false },
  },
});
if (!(values.against in TARGETS)) throw new Error('--against takes zurau or kafka');
if (!(values.suite in SUITES)) throw new Error(`--suite takes ${Object.keys(SUITES).join(' or ')}`);

if (!values.report) {
  const suite = SUITES[values.suite];
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(PYTHON)) must('python3', ['-m', 'venv', VENV]);
  if (!existsSync(join(suite.directory, '.ready'))) {
    rmSync(suite.directory, { recursive: true, force: true });
    say(`preparing ${suite.title}`);
    suite.prepare(suite.directory);
    writeFileSync(join(suite.directory, '.ready'), '');
  }
  const target = await startTarget(values.against, PROPERTIES);
  try {
    const cases = await runPytest(suite, target.bootstrapServers);
    keepCases(CACHE, values.against, cases);
    const failed = cases.filter(({ status }) => status === 'failed');
    for (const { file, name, message } of failed) say(`FAILED ${file}: ${name}\n  ${message}`);
    say(`${cases.length} tests on ${TARGETS[values.against]}, ${failed.length} failed`);
  } finally {
    for (const line of await target.stop()) say(`the broker says: ${line}`);
  }
}
writeReport();

function prepareKafkaPython(directory) {
  pip(
    'download',
    '--quiet',
    '--no-deps',
    '--no-binary',
    ':all:',
    '-d',
    CACHE,
    `kafka-python==${KAFKA_PYTHON}`,
  );
  must('tar', ['-xzf', `${directory}.tar.gz`, '-C', CACHE]);
  // The package leaves these out: the one that makes `test` its own package and not Python's, and what starts brokers, which are there here.
  writeFileSync(join(directory, 'test/__init__.py'), '', { flag: 'a' });
  writeFileSync(join(directory, 'test/service.py'), SERVICE, { flag: 'a' });
  const codecs = ['lz4', 'python-snappy', 'zstandard', 'crc32c'];
  pip('install', '--quiet', directory, 'pytest', 'pytest-mock', 'pytest-timeout', ...codecs);
}

function prepareConfluent(directory) {
  const cloned = spawnSync(
    'git',
    [
      ...['clone', '--quiet', '--depth', '1', '-c', 'advice.detachedHead=false'],
      ...['--branch', `v${CONFLUENT}`, values.source ?? REPOSITORY, directory],
    ],
    { encoding: 'utf8' },
  );
  if (cloned.status !== 0) {
    say(
      `confluent-kafka-python cannot be had from ${values.source ?? REPOSITORY}:\n${cloned.stderr}`,
    );
    say(
      `Where that is out of reach, name a git repository that has the tag v${CONFLUENT}: --source DIR`,
    );
    process.exit(1);
  }
  // Only the tests are of use: the client comes built.
  rmSync(join(directory, 'src'), { recursive: true, force: true });
  pip(
    'install',
    '--quiet',
    `confluent-kafka[avro,json,protobuf,schemaregistry]==${CONFLUENT}`,
    'pytest',
    'pytest-timeout',
    'pytest-asyncio',
  );
  pip('install', '--quiet', 'async-timeout', join(directory, 'tests/trivup/trivup-0.14.0.tar.gz'));
}

function pip(...args) {
  must(PYTHON, ['-m', 'pip', '--disable-pip-version-check', ...args]);
}

function must(program, args) {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stderr}`);
}

async function runPytest(suite, broker) {
  const output = join(CACHE, `${values.suite}-${values.against}.xml`);
  const log = join(CACHE, `${values.suite}-${values.against}.log`);
  const logFile = openSync(log, 'w');
  rmSync(output, { force: true });
  say(`running ${suite.title}; its output goes to ${log}`);
  const pytest = spawn(
    PYTHON,
    [
      ...['-m', 'pytest', ...suite.paths, '-p', 'no:cacheprovider', `--junitxml=${output}`],
      ...['--timeout', String(TEST_S_MAX)],
    ],
    {
      cwd: suite.directory,
      stdio: ['ignore', logFile, logFile],
      env: { ...process.env, ...suite.env(broker) },
      timeout: RUN_MS_MAX,
    },
  );
  await once(pytest, 'close');
  if (!existsSync(output)) throw new Error(`pytest wrote no results; see ${log}`);
  return casesIn(readFileSync(output, 'utf8'));
}

/** JUnit's XML as pytest writes it. */
function casesIn(xml) {
  return [...xml.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes, inside = '']) => {
      const attribute = (name) =>
        unescaped(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
      const failure = /<(?:failure|error) message="([^"]*)"/.exec(inside)?.[1];
      const skipped = inside.includes('<skipped');
      return {
        file: `${values.suite}: ${attribute('classname').replaceAll('.', '/')}.py`,
        name: attribute('name'),
        status: failure !== undefined ? 'failed' : skipped ? 'skipped' : 'passed',
        message: unescaped(failure ?? '').slice(0, 1000),
      };
    },
  );
}

function unescaped(text) {
  const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#10': '\n' };
  return text.replace(/&(lt|gt|quot|apos|amp|#10);/g, (_, name) => entities[name]);
}

function writeReport() {
  const intro = `
The integration tests of kafka-python ${KAFKA_PYTHON} and confluent-kafka-python ${CONFLUENT} (admin, consumer, producer), against one Zurau broker and against one broker of
${TARGETS.kafka} (ZooKeeper mode) with the same settings. Written by \`node test/interop/python-suites/run.mjs --suite kafka-python --against zurau\`, \`--against kafka\`, and the
same with \`--suite confluent\`.`;
  const title = `Python clients' own tests`;
  writeFileSync(
    join(HERE, 'RESULTS.md'),
    formatReport({ title, intro, dir: CACHE, reasons: REASONS }),
  );
  const formatted = spawnSync('npx', ['prettier', '--write', join(HERE, 'RESULTS.md')], {
    encoding: 'utf8',
  });
  if (formatted.status !== 0) say(formatted.stderr);
}
