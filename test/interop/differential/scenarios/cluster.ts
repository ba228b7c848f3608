/** The broker about itself: versions, members of the cluster, coordinators; and requests that nobody should send. */
import {
  apiVersionsApi,
  describeClusterApi,
  encodeRequestFrame,
  findCoordinatorApi,
  metadataApi,
  produceApi,
} from '@zurau/protocol';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

const NO_PORT = { correlationId: 7, clientId: 'raw' };

export const clusterScenarios: readonly Scenario[] = [
  scenario('client software', apiVersionsApi, async (broker) => {
    const names = [
      'apache-kafka-java',
      'x',
      'with.dots-and-hyphens',
      '',
      '-x',
      'x-',
      'a b',
      'a_b',
      'é',
    ];
    for (const name of names) {
      const answer = await broker.quietly(
        apiVersionsApi,
        { clientSoftwareName: name, clientSoftwareVersion: '3.9.1' },
        { version: broker.version },
      );
      broker.note(`named ${name}`, [answer.errorCode, answer.apiKeys.length > 0]);
    }
    for (const version of ['1', '', ' ', '1.0_beta', '1.0.']) {
      const answer = await broker.quietly(
        apiVersionsApi,
        { clientSoftwareName: 'test', clientSoftwareVersion: version },
        { version: broker.version },
      );
      broker.note(`version ${version}`, [answer.errorCode, answer.apiKeys.length > 0]);
    }
  }),

  scenario('features', apiVersionsApi, async (broker) => {
    const answer = await broker.quietly(
      apiVersionsApi,
      { clientSoftwareName: 'test', clientSoftwareVersion: '1' },
      { version: broker.version },
    );
    broker.note('beside the keys', {
      errorCode: answer.errorCode,
      throttleTimeMs: answer.throttleTimeMs,
      supported: answer.supportedFeatures.map(({ name }) => name),
      finalized: answer.finalizedFeatures.map(({ name }) => name),
      finalizedEpoch: answer.finalizedFeaturesEpoch,
      zkMigrationReady: answer.zkMigrationReady,
    });
  }),

  scenario('a version to come is answered in version 0', apiVersionsApi, async (broker) => {
    if (broker.version !== 0) return;
    const [frame] = encodeRequestFrame(apiVersionsApi, 3, NO_PORT, {
      clientSoftwareName: 'test',
      clientSoftwareVersion: '1',
    });
    frame!.writeInt16BE(99, 6);
    const bytes = await broker.exchangeBytes(frame!);
    // correlation id, error code, then at least one API
    broker.note(
      'answer',
      bytes === undefined ? 'none' : [bytes.readInt16BE(4), bytes.readInt32BE(6) > 0],
    );
    for (const version of [-1, 5, 32767]) {
      frame!.writeInt16BE(version, 6);
      const answer = await broker.exchangeBytes(frame!);
      broker.note(`version ${version}`, answer === undefined ? 'none' : answer.readInt16BE(4));
    }
  }),

  scenario(
    'requests that cannot be answered close the connection',
    apiVersionsApi,
    async (broker) => {
      if (broker.version !== 0) return;
      const request = (): Buffer =>
        Buffer.concat(encodeRequestFrame(metadataApi, 9, NO_PORT, { topics: [] }));
      const broken: Record<string, (frame: Buffer) => Buffer> = {
        'unknown API key': (frame) => (frame.writeInt16BE(999, 4), frame),
        'negative API key': (frame) => (frame.writeInt16BE(-1, 4), frame),
        'version to come': (frame) => (frame.writeInt16BE(99, 6), frame),
        'negative version': (frame) => (frame.writeInt16BE(-1, 6), frame),
        'cut short': (frame) => (frame.writeInt32BE(frame.length - 6, 0), frame.subarray(0, -2)),
        'size of zero': (frame) => (frame.writeInt32BE(0, 0), frame),
        'negative size': (frame) => (frame.writeInt32BE(-5, 0), frame),
        'size too large': (frame) => (frame.writeInt32BE(0x7fffffff, 0), frame),
      };
      for (const [step, damage] of Object.entries(broken)) {
        await broker.sendBytes(step, damage(request()));
      }
      const trailing = Buffer.concat([request(), Buffer.from([1, 2, 3])]);
      trailing.writeInt32BE(trailing.length - 4, 0);
      const answer = await broker.exchangeBytes(trailing);
      broker.note('bytes after the body', answer === undefined ? 'none' : 'answered');
      const old = Buffer.concat(
        encodeRequestFrame(produceApi, 3, NO_PORT, { acks: 1, timeoutMs: 1, topicData: [] }),
      );
      broker.note(
        'nothing to produce',
        (await broker.exchangeBytes(old)) === undefined ? 'none' : 'answered',
      );
    },
  ),

  scenario('cluster', describeClusterApi, async (broker) => {
    for (const includeClusterAuthorizedOperations of [false, true]) {
      await broker.send(`operations: ${includeClusterAuthorizedOperations}`, describeClusterApi, {
        includeClusterAuthorizedOperations,
      });
    }
    for (const endpointType of [2, 0, 9]) {
      await broker.send(`endpoint type ${endpointType}`, describeClusterApi, {
        includeClusterAuthorizedOperations: false,
        endpointType,
      });
    }
  }),

  scenario('group coordinator', findCoordinatorApi, async (broker) => {
    await broker.coordinator('any');
    for (const key of ['any', '', 'ü', 'a'.repeat(300)]) {
      await broker.send(`key ${key.slice(0, 5)}`, findCoordinatorApi, { key, keyType: 0 });
      await broker.send(`keys ${key.slice(0, 5)}`, findCoordinatorApi, {
        coordinatorKeys: [key],
        keyType: 0,
      });
    }
    await broker.send('several', findCoordinatorApi, {
      coordinatorKeys: ['a', 'b', 'a'],
      keyType: 0,
    });
    await broker.send('none', findCoordinatorApi, { coordinatorKeys: [], keyType: 0 });
    for (const keyType of [2, 3, -1]) {
      await broker.send(`type ${keyType}`, findCoordinatorApi, { key: 'any', keyType });
      await broker.send(`type ${keyType}, keys`, findCoordinatorApi, {
        coordinatorKeys: ['any'],
        keyType,
      });
    }
    await broker.send('share', findCoordinatorApi, {
      coordinatorKeys: ['group:EpxWnJQaSv6Wq1VDWlVnwA:0', 'bad'],
      keyType: 2,
    });
  }),
];
