/**
 * Throws mutated and random frames at a live broker, and checks that it bears them.
 *
 *   node test/fuzz/fuzz.mjs [--frames 1000000] [--seconds 600] [--seed N] [--connections 16] [--from 0] [--brokers 1]
 *
 * Frames are real requests of every API in every version: as they are, with values changed so that they still decode, with bytes changed after
 * that, and noise. A connection gets some that decode, is waited for until they are answered, and gets one spoilt frame at most, the last:
 * every frame is looked at. A few connections misbehave in other ways (`attack.mjs`).
 *
 * What a connection does follows from the seed and its number; of a run that failed `--from N --connections 1` does connection N again, and those after it.
 *
 * Meanwhile a well-behaved connection must get its answers and a well-behaved producer its acknowledgements; at the end its records are read
 * back. The broker must not write an error to its log, and its memory must stay bounded. Ends with a status other than 0 when one of that
 * fails. Needs the built packages.
 *
 * With `--brokers 2` the broker is one of a cluster and obeys what claims to be its controller: topics and records are lost then, as they would be with Kafka. What must
 * hold is that it lives, answers, logs no error and keeps its memory.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { Admin, Consumer, Producer } from '@zurau/client';
import { allApis, encodeRequestFrame } from '@zurau/protocol';
import { BrokerProcess, tempDir } from '@zurau/testkit';
import { AnswerCounter, Attack } from './attack.mjs';
import { BASE_TOPICS } from './corpus.mjs';
import { Random } from './random.mjs';
import { RequestSource, servedVersionsOf } from './request-source.mjs';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    connections: { type: 'string', default: '16' },
    from: { type: 'string', default: '0' },
    brokers: { type: 'string', default: '1' },
    'broker-arg': { type: 'string', multiple: true, default: [] },
  },
});
const FRAMES = Number(values.frames);
const SECONDS = Number(values.seconds);
const SEED = Number(values.seed);
const CONNECTIONS = Number(values.connections);
const BROKERS = Number(values.brokers);
/** Nobody's orders are obeyed, so what is well-behaved has to work. */
const IS_ALONE = BROKERS === 1;
const RESIDENT_BYTES_MAX = 512 * 1024 * 1024;
/** Garbage may pile up where there is room; what is really held must fit in here, or the broker ends. */
const HEAP_MIB_MAX = 192;
const ANSWER_MS_MAX = 20_000;
const CLEAN_UP_MS = 1_000;
const TOPICS_MAX = 60;
const PARTITIONS_MAX = 50;
const WITNESS_TOPIC = 'witness';

const PROPERTIES = {
  // Only CreateTopics makes topics, and what is left of them is tidied up.
  'auto.create.topics.enable': 'false',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  'log.segment.bytes': '4194304',
  'log.retention.bytes': '16777216',
  'log.retention.check.interval.ms': '3000',
  'file.delete.delay.ms': '1000',
  'log.segment.delete.delay.ms': '1000',
};

/** One request, one answer, on a connection that is never misused. */
class Witness {
  #socket;
  #waiting = [];
  #counter = new AnswerCounter();

  async open(port) {
    this.#socket = connect(port, '127.0.0.1');
    await once(this.#socket, 'connect');
    this.#socket.on('data', (chunk) => {
      const before = this.#counter.count;
      this.#counter.take(chunk);
      for (let count = before; count < this.#counter.count; count++) this.#waiting.shift()?.(true);
    });
    this.#socket.on('close', () => this.#waiting.forEach((resolve) => resolve(false)));
    this.#socket.on('error', () => undefined);
  }

  /** How long the answer took, in milliseconds; undefined when there was none. */
  async ask(frame) {
    const askedAt = performance.now();
    const answer = new Promise((resolve) => this.#waiting.push(resolve));
    this.#socket.write(frame);
    let timer;
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, ANSWER_MS_MAX);
    });
    const isAnswered = await Promise.race([answer, timeout]);
    clearTimeout(timer);
    return isAnswered === true ? performance.now() - askedAt : undefined;
  }

  close() {
    this.#socket.destroy();
  }
}

/** Puts topics back that are gone, and takes away those that too many were made of. */
async function tidyUp(admin) {
  const topics = await admin.listTopics();
  const names = new Set(topics.map(({ name }) => name));
  const missing = BASE_TOPICS.filter(({ name }) => !names.has(name));
  if (missing.length > 0) await admin.createTopics(missing).catch(() => undefined);
  const kept = new Set([...BASE_TOPICS.map(({ name }) => name), WITNESS_TOPIC]);
  const made = topics.filter(({ name }) => !kept.has(name));
  const partitionCount = made.reduce((sum, { partitions }) => sum + partitions.length, 0);
  if (made.length <= TOPICS_MAX && partitionCount <= PARTITIONS_MAX * TOPICS_MAX) return;
  await admin.deleteTopics(made.map(({ name }) => name)).catch(() => undefined);
}

/** Sends numbers one after the other until it is stopped. */
async function sendNumbers(producer, mayGoOn) {
  let sent = 0;
  while (mayGoOn()) {
    await producer.send({ topic: WITNESS_TOPIC, partition: 0, value: String(sent) });
    sent += 1;
    await sleep(2);
  }
  return sent;
}

async function readNumbers(bootstrapServers, count) {
  const consumer = new Consumer({ bootstrapServers });
  await consumer.assign([{ topic: WITNESS_TOPIC, from: 'beginning' }]);
  const numbers = [];
  while (numbers.length < count) {
    const batches = await consumer.poll({ timeoutMs: 3000 });
    if (batches.length === 0) break;
    for (const { records } of batches) {
      for (const { value } of records) numbers.push(Number(value.toString()));
    }
  }
  await consumer.close();
  return numbers;
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function main(broker) {
  const { bootstrapServers, port } = broker;
  const admin = new Admin({ bootstrapServers });
  const witnessConfigs = { 'retention.bytes': '-1' };
  await admin.createTopics([...BASE_TOPICS, { name: WITNESS_TOPIC, configs: witnessConfigs }]);
  const described = await admin.describeTopics(BASE_TOPICS.map(({ name }) => name));
  const random = new Random(SEED);
  const topicIds = described.map(({ id }) => id);
  const source = new RequestSource(random, topicIds, await servedVersionsOf(port));
  process.stdout.write(`fuzz: seed ${SEED}, ${source.kindCount} kinds of request to start from\n`);

  const startedAt = performance.now();
  const until = startedAt + SECONDS * 1000;
  let failure;
  const firstConnection = Number(values.from);
  const attack = new Attack({ port, source, random, seed: SEED, firstConnection });
  const mayGoOn = () => failure === undefined && attack.sent < FRAMES && performance.now() < until;
  let isOver = false;
  const attacked = Promise.all(Array.from({ length: CONNECTIONS }, () => attack.run(mayGoOn))).then(
    () => {
      isOver = true;
    },
  );
  const producer = new Producer({ bootstrapServers, deliveryTimeoutMs: 60_000 });
  const sending = sendNumbers(producer, () => IS_ALONE && !isOver).catch((error) => {
    failure ??= `the well-behaved producer failed: ${error}`;
    return 0;
  });
  const witness = new Witness();
  await witness.open(port);
  const question = Buffer.concat(
    encodeRequestFrame(
      allApis.find(({ name }) => name === 'DescribeCluster'),
      0,
      { correlationId: 1, clientId: 'witness' },
      {},
    ),
  );
  const answerMs = [];
  const residentAtStart = broker.residentBytes();
  let residentMax = residentAtStart;
  let residentAtEnd = residentAtStart;
  let tidiedAt = startedAt;
  while (!isOver && failure === undefined) {
    const ms = await witness.ask(question);
    if (!broker.isRunning) {
      failure = 'the broker died';
      break;
    }
    if (ms === undefined) failure ??= 'the well-behaved connection got no answer';
    else answerMs.push(ms);
    residentAtEnd = broker.residentBytes();
    residentMax = Math.max(residentMax, residentAtEnd);
    if (residentMax > RESIDENT_BYTES_MAX) failure ??= `the broker holds ${residentMax} bytes`;
    if (broker.errorLines.length > 0) failure ??= 'the broker logged errors';
    if (IS_ALONE && performance.now() - tidiedAt > CLEAN_UP_MS) {
      tidiedAt = performance.now();
      await tidyUp(admin).catch((error) => {
        failure ??= `the well-behaved administrator failed: ${error}`;
      });
    }
    await sleep(20);
  }
  if (failure !== undefined) {
    process.stdout.write(`fuzz: connections under way: ${[...attack.underWay].join(' ')}\n`);
  }
  await attacked;
  const seconds = (performance.now() - startedAt) / 1000;
  witness.close();
  const sentCount = await sending;
  await producer.close({ timeoutMs: 5000 });
  if (failure === undefined && IS_ALONE) {
    const numbers = await readNumbers(bootstrapServers, sentCount);
    const isComplete = numbers.length === sentCount && numbers.every((number, at) => number === at);
    if (!isComplete) failure = `of ${sentCount} well-behaved records ${numbers.length} came back`;
  }
  await admin.close();
  answerMs.sort((a, b) => a - b);
  const answerAt = (share) => answerMs[Math.floor((answerMs.length - 1) * share)]?.toFixed(0);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
  const situations = Object.entries(attack.situations).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(
    `fuzz: ${attack.sent} frames in ${seconds.toFixed(1)} s (${(attack.sent / seconds).toFixed(0)}/s) ` +
      `over ${attack.connections} connections (${situations.join(', ')}), ` +
      `${attack.answers} answers of ${attack.due} due, ${attack.refused} connections closed by the broker; ` +
      `resident ${megabytes(residentAtStart)} MB at the start, ${megabytes(residentMax)} at most, ` +
      `${megabytes(residentAtEnd)} at the end; well-behaved: ${sentCount} records, ${answerMs.length} answers, ` +
      `median ${answerAt(0.5)} ms, p99 ${answerAt(0.99)} ms, max ${answerAt(1)} ms\n`,
  );
  return failure;
}

const dir = tempDir('fuzz');
const broker = await BrokerProcess.start({
  dataDir: dir.path,
  properties: PROPERTIES,
  nodeArgs: [`--max-old-space-size=${HEAP_MIB_MAX}`, ...values['broker-arg']],
  ...(IS_ALONE ? {} : { brokers: BROKERS }),
});
try {
  let failure = await main(broker);
  await broker.stop();
  if (broker.errorLines.length > 0) failure ??= 'the broker logged errors';
  if (failure !== undefined) {
    const errors = broker.errorLines.slice(0, 5).map((line) => line.slice(0, 3000));
    process.stdout.write(
      `fuzz FAILED (seed ${SEED}): ${failure}\n${errors.join('\n')}\n${broker.output.slice(-2000)}\n`,
    );
    process.exitCode = 1;
  }
} finally {
  await broker.stop();
  dir[Symbol.dispose]();
}
