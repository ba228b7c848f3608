/**
 * Writes requests: every API that the broker serves, in each of its versions, and now and then what it does not serve.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { allApis, ByteReader, encodeRequestFrame } from '@zurau/protocol';
import { bodies } from './corpus.mjs';
import { mutateBody, mutateFrame } from './mutate.mjs';

/** These cost files and disk syncs each time. */
const RARE = new Set(['CreateTopics', 'CreatePartitions', 'DeleteTopics']);
const RARE_PERCENT = 20;
/** Declared from version 0 on for librdkafka's sake, and served from 3. */
const PRODUCE_VERSION_MIN = 3;

export class RequestSource {
  /** Versions and bodies by API. */
  #served = [];
  #unserved = [];
  #random;

  /** `servedVersions` by API key. Throws for an API that is served and of which the corpus knows nothing. */
  constructor(random, topicIds, servedVersions) {
    this.#random = random;
    const makers = bodies(random, topicIds);
    for (const api of allApis) {
      const served = (servedVersions.get(api.key) ?? []).filter(
        (version) =>
          version >= api.request.minVersion &&
          (api.name !== 'Produce' || version >= PRODUCE_VERSION_MIN),
      );
      const make = makers[api.name];
      if (served.length > 0) {
        if (make === undefined) throw new Error(`the corpus has no ${api.name}`);
        this.#served.push({ api, versions: served, make });
        for (const version of served) this.#encode(api, version, make(version));
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
    const random = this.#random;
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
        return {
          frame: this.#encode(api, version, mutated),
          isAnswerDue: mutated.acks !== 0,
        };
      } catch {
        // Some changes cannot be written at all.
      }
    }
    return { frame: this.#encode(api, version, body), isAnswerDue: body.acks !== 0 };
  }

  spoilt() {
    const isMutated = this.#random.chance(95);
    return isMutated ? mutateFrame(this.readable().frame, this.#random) : this.#noise();
  }

  /** One request of an API by its name, as it is meant. */
  plain(name) {
    const { api, versions, make } = this.#served.find((served) => served.api.name === name);
    const version = versions.at(-1);
    return this.#encode(api, version, make(version));
  }

  /** A good header of a request that is not served, and noise. */
  #noise() {
    const random = this.#random;
    const { key, version } = random.pick(this.#unserved);
    const header = Buffer.from([0, 0, 0, 0, 0, key, 0, version, 0, 0, 0, 1, 0, 1, 0x66]);
    const frame = Buffer.concat([header, random.bytes(random.int(200))]);
    frame.writeInt32BE(frame.length - 4, 0);
    return frame;
  }

  #encode(api, version, body) {
    const header = { correlationId: this.#random.int(1000), clientId: 'fuzz' };
    return Buffer.concat(encodeRequestFrame(api, version, header, body));
  }
}

/** What the broker says that it speaks. */
export async function servedVersionsOf(port) {
  const api = allApis.find(({ name }) => name === 'ApiVersions');
  const socket = connect(port, '127.0.0.1');
  const header = { correlationId: 1, clientId: 'fuzz' };
  socket.write(Buffer.concat(encodeRequestFrame(api, 2, header, {})));
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
