/**
 * Throws mutated and random frames at a live broker, and checks that it bears them.
 *
 *   node test/fuzz/fuzz.mjs [--frames 1000000] [--seconds 600] [--seed N]
 *
 * Frames are real requests of every API in every version: as they are, with values changed so that they still decode, with bytes changed after
 * that, and noise. A connection gets some that decode, is waited for until they are answered, and gets one spoilt frame at most, the last:
 * every frame is looked at.
 *
 * Meanwhile a well-behaved connection must get its answers and a well-behaved producer its acknowledgements; at the end its records are read
 * back. The broker must not write an error to its log, and its memory must stay bounded. Ends with a status other than 0 when one of that
 * fails. Needs the built packages.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { Admin, Consumer, Producer } from '@zurau/client';
import { allApis, ByteReader, encodeRequestFrame } from '@zurau/protocol';
import { BrokerProcess, tempDir } from '@zurau/testkit';
import { BASE_TOPICS, bodies } from './corpus.mjs';
import { mutateBody, mutateFrame } from './mutate.mjs';
import { Random } from './random.mjs';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const FRAMES = Number(values.frames);
const SECONDS = Number(values.seconds);
const SEED = Number(values.seed);
const CONNECTIONS = 12;
const FRAMES_PER_CONNECTION_MAX = 40;
const ANSWERS_WAIT_MS_MAX = 300;
/** For the broker to close the connection after a spoilt frame, which it need not do. */
const CLOSE_WAIT_MS = 3;
/** These cost files and disk syncs each time. */
const RARE = new Set(['CreateTopics', 'CreatePartitions', 'DeleteTopics']);
const RARE_PERCENT = 20;
const RESIDENT_BYTES_MAX = 512 * 1024 * 1024;
/** Garbage may pile up where there is room; what is really held must fit in here, or the broker ends. */
const HEAP_MIB_MAX = 192;
const ANSWER_MS_MAX = 5_000;
const CLEAN_UP_MS = 1_000;
const TOPICS_MAX = 60;
const PARTITIONS_MAX = 50;
const WITNESS_TOPIC = 'witness';

const PROPERTIES = {
  // Only CreateTopics makes topics, and what is left of them is tidied up.
  'auto.create.topics.enable': 'false',
  'offsets.topic.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  'log.segment.bytes': '4194304',
  'log.retention.bytes': '16777216',
  'log.retention.check.interval.ms': '3000',
  'file.delete.delay.ms': '1000',
  'log.segment.delete.delay.ms': '1000',
};

const random = new Random(SEED);

/** Writes requests: every API in every version that the protocol knows; those that the broker answers with bodies it takes seriously. */
/**
 * What a controller, or a leader, tells a broker is obeyed: whoever sends it takes the cluster over, in Kafka as well as long as there is no authorizer. Well-formed ones
 * are left out; the bytes of others may still turn into them.
 */
const ORDERS = new Set([
  'LeaderAndIsr',
  'StopReplica',
  'UpdateMetadata',
  'ControlledShutdown',
  'AlterPartition',
]);

class RequestSource {
  /** Versions and bodies by API. */
  #served = [];
  #unserved = [];

  /** `servedVersions` by API key. */
  constructor(topicIds, servedVersions) {
    const makers = bodies(random, topicIds);
    for (const api of allApis) {
      if (ORDERS.has(api.name)) continue;
      // Produce is declared from version 0 on for librdkafka's sake, and served from 3.
      const served = (servedVersions.get(api.key) ?? []).filter(
        (version) => version >= api.request.minVersion && (api.name !== 'Produce' || version >= 3),
      );
      const make = makers[api.name] ?? ((version) => bodyOfNoise(api, version));
      if (served.length > 0) {
        this.#served.push({ api, versions: served, make });
        for (const version of served) encode(api, version, make(version));
      }
      for (let version = api.request.minVersion; version <= api.request.maxVersion; version++) {
        if (!served.includes(version)) this.#unserved.push({ key: api.key, version });
      }
    }
  }

  get kindCount() {
    return this.#served.reduce((sum, { versions }) => sum + versions.length, this.#unserved.length);
  }

  /** A frame that decodes, and whether an answer is due. */
  readable() {
    let served = random.pick(this.#served);
    while (RARE.has(served.api.name) && !random.chance(RARE_PERCENT)) {
      served = random.pick(this.#served);
    }
    const { api, versions, make } = served;
    const version = random.pick(versions);
    const body = make(version);
    if (random.chance(75)) {
      const mutated = mutateBody(body, random);
      try {
        return { frame: encode(api, version, mutated), isAnswerDue: mutated.acks !== 0 };
      } catch {
        // Some changes cannot be written at all.
      }
    }
    return { frame: encode(api, version, body), isAnswerDue: body.acks !== 0 };
  }

  spoilt() {
    return random.chance(95) ? mutateFrame(this.readable().frame, random) : this.#noise();
  }

  /** A good header of a request that is not served, and noise. */
  #noise() {
    const { key, version } = random.pick(this.#unserved);
    const header = Buffer.from([0, 0, 0, 0, 0, key, 0, version, 0, 0, 0, 1, 0, 1, 0x66]);
    const frame = Buffer.concat([header, random.bytes(random.int(200))]);
    frame.writeInt32BE(frame.length - 4, 0);
    return frame;
  }
}

function encode(api, version, body) {
  const header = { correlationId: random.int(1000), clientId: 'fuzz' };
  return Buffer.concat(encodeRequestFrame(api, version, header, body));
}

/** For an API that the corpus does not know: what can be read from noise. */
function bodyOfNoise(api, version) {
  for (;;) {
    const bytes = Buffer.from(random.bytes(300).map((byte) => byte % 4));
    try {
      return api.request.read(new ByteReader(bytes), version);
    } catch {
      // The next one may do.
    }
  }
}

/** What the broker says that it speaks. */
async function servedVersionsOf(port) {
  const api = allApis.find(({ name }) => name === 'ApiVersions');
  const socket = connect(port, '127.0.0.1');
  socket.write(encode(api, 2, {}));
  let received = Buffer.alloc(0);
  while (received.length < 4 || received.length < 4 + received.readInt32BE(0)) {
    const [chunk] = await once(socket, 'data');
    received = Buffer.concat([received, chunk]);
  }
  socket.destroy();
  const { apiKeys } = api.response.read(new ByteReader(received, 8), 2);
  return new Map(
    apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
      apiKey,
      Array.from({ length: maxVersion - minVersion + 1 }, (_, at) => minVersion + at),
    ]),
  );
}

/** Counts the answers on a socket without looking at them. */
class AnswerCounter {
  count = 0;
  #missing = 0;
  #size = Buffer.alloc(4);
  #sizeFilled = 0;

  take(chunk) {
    let at = 0;
    while (at < chunk.length) {
      if (this.#missing > 0) {
        const taken = Math.min(this.#missing, chunk.length - at);
        this.#missing -= taken;
        at += taken;
        if (this.#missing === 0) this.count += 1;
        continue;
      }
      this.#size[this.#sizeFilled++] = chunk[at++];
      if (this.#sizeFilled < 4) continue;
      this.#sizeFilled = 0;
      this.#missing = this.#size.readInt32BE(0);
    }
  }
}

const figures = { sent: 0, connections: 0, due: 0, answers: 0, refused: 0 };

/** In one piece, or cut somewhere. */
function writeInTwo(socket, bytes) {
  const cut = random.chance(50) || bytes.length === 0 ? bytes.length : random.int(bytes.length);
  socket.write(bytes.subarray(0, cut));
  if (cut < bytes.length) setImmediate(() => socket.write(bytes.subarray(cut)));
}

async function attack(port, source, mayGoOn) {
  while (mayGoOn()) {
    const socket = connect(port, '127.0.0.1');
    const answers = new AnswerCounter();
    let wake = () => undefined;
    socket.on('error', () => undefined);
    socket.on('close', () => wake());
    socket.on('data', (chunk) => {
      answers.take(chunk);
      wake();
    });
    await new Promise((resolve) => {
      socket.once('connect', resolve);
      socket.once('close', resolve);
    });
    if (socket.destroyed) continue;
    figures.connections += 1;
    const readable = Array.from({ length: random.int(FRAMES_PER_CONNECTION_MAX) }, () =>
      source.readable(),
    );
    const due = readable.filter(({ isAnswerDue }) => isAnswerDue).length;
    figures.sent += readable.length;
    figures.due += due;
    writeInTwo(socket, Buffer.concat(readable.map(({ frame }) => frame)));
    const until = performance.now() + ANSWERS_WAIT_MS_MAX;
    while (!socket.destroyed && answers.count < due && performance.now() < until) {
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, ANSWERS_WAIT_MS_MAX);
      });
    }
    // The connection does not outlive most spoilt frames: nothing that comes before should be lost with it.
    if (!socket.destroyed && (readable.length === 0 || random.chance(70))) {
      figures.sent += 1;
      writeInTwo(socket, source.spoilt());
      await sleep(CLOSE_WAIT_MS);
    }
    if (socket.destroyed) figures.refused += 1;
    figures.answers += answers.count;
    if (random.chance(80)) socket.resetAndDestroy();
    else socket.destroy();
  }
}

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
  await admin.createTopics([
    ...BASE_TOPICS,
    { name: WITNESS_TOPIC, configs: { 'retention.bytes': '-1' } },
  ]);
  const described = await admin.describeTopics(BASE_TOPICS.map(({ name }) => name));
  const source = new RequestSource(
    described.map(({ id }) => id),
    await servedVersionsOf(port),
  );
  process.stdout.write(`fuzz: seed ${SEED}, ${source.kindCount} kinds of request to start from\n`);

  const startedAt = performance.now();
  const until = startedAt + SECONDS * 1000;
  let failure;
  const mayGoOn = () => failure === undefined && figures.sent < FRAMES && performance.now() < until;
  const attackers = Array.from({ length: CONNECTIONS }, () => attack(port, source, mayGoOn));
  let isOver = false;
  const attacked = Promise.all(attackers).then(() => {
    isOver = true;
  });
  const producer = new Producer({ bootstrapServers, deliveryTimeoutMs: 60_000 });
  const sending = sendNumbers(producer, () => !isOver).catch((error) => {
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
  let residentMax = 0;
  let tidiedAt = startedAt;
  while (!isOver && failure === undefined) {
    const ms = await witness.ask(question);
    if (ms === undefined) failure ??= 'the well-behaved connection got no answer';
    else answerMs.push(ms);
    if (!broker.isRunning) {
      failure = 'the broker died';
      break;
    }
    residentMax = Math.max(residentMax, broker.residentBytes());
    if (residentMax > RESIDENT_BYTES_MAX) failure ??= `the broker holds ${residentMax} bytes`;
    if (broker.errorLines.length > 0) failure ??= 'the broker logged errors';
    if (performance.now() - tidiedAt > CLEAN_UP_MS) {
      tidiedAt = performance.now();
      await tidyUp(admin).catch((error) => {
        failure ??= `the well-behaved administrator failed: ${error}`;
      });
    }
    await sleep(20);
  }
  await attacked;
  const seconds = (performance.now() - startedAt) / 1000;
  witness.close();
  const sentCount = await sending;
  await producer.close({ timeoutMs: 5000 });
  if (failure === undefined) {
    const numbers = await readNumbers(bootstrapServers, sentCount);
    const isComplete = numbers.length === sentCount && numbers.every((number, at) => number === at);
    if (!isComplete) failure = `of ${sentCount} well-behaved records ${numbers.length} came back`;
  }
  await admin.close();
  answerMs.sort((a, b) => a - b);
  const answerAt = (share) => answerMs[Math.floor((answerMs.length - 1) * share)]?.toFixed(0);
  process.stdout.write(
    `fuzz: ${figures.sent} frames in ${seconds.toFixed(1)} s over ${figures.connections} connections, ` +
      `${figures.answers} answers of ${figures.due} due, ${figures.refused} connections closed by the broker; ` +
      `${(residentMax / 1e6).toFixed(0)} MB resident at most; well-behaved: ${sentCount} records, ` +
      `${answerMs.length} answers, median ${answerAt(0.5)} ms, p99 ${answerAt(0.99)} ms, max ${answerAt(1)} ms\n`,
  );
  return failure;
}

const dir = tempDir('fuzz');
const broker = await BrokerProcess.start({
  dataDir: dir.path,
  properties: PROPERTIES,
  nodeArgs: [`--max-old-space-size=${HEAP_MIB_MAX}`],
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
