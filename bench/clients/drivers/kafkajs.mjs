/** KafkaJS, as the benchmark of clients drives each. It comes without lz4 and zstd: it gets the libraries that our client uses. */
import { createRequire } from 'node:module';
import * as zlib from 'node:zlib';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const require = createRequire(import.meta.url);
const TYPES = {
  none: CompressionTypes.None,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

CompressionCodecs[CompressionTypes.LZ4] = () => {
  const { compressFrameSync, decompressFrameSync } = require('lz4-napi');
  return {
    compress: async ({ buffer }) => compressFrameSync(buffer),
    decompress: async (buffer) => decompressFrameSync(buffer),
  };
};

let wasm;
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }) =>
    zlib.zstdCompressSync === undefined
      ? Buffer.from(wasm.compress(buffer))
      : zlib.zstdCompressSync(buffer),
  decompress: async (buffer) =>
    zlib.zstdDecompressSync === undefined
      ? Buffer.from(wasm.decompress(buffer))
      : zlib.zstdDecompressSync(buffer),
});

async function connect({ bootstrapServers, codec }) {
  if (codec === 'zstd' && zlib.zstdCompressSync === undefined) {
    const { Zstd } = await import('@hpcc-js/wasm-zstd');
    wasm = await Zstd.load();
  }
  return new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING });
}

export async function openProducer(settings) {
  const { topic, acks, codec } = settings;
  const producer = (await connect(settings)).producer();
  await producer.connect();
  const send = (messages) =>
    producer.send({
      topic,
      messages,
      acks: acks === 'all' ? -1 : acks,
      compression: TYPES[codec],
    });
  return {
    sendOne: (message) => send([message]),
    sendMany: send,
    close: () => producer.disconnect(),
  };
}

export async function consume(settings, onRecord) {
  const consumer = (await connect(settings)).consumer({ groupId: settings.groupId });
  await consumer.connect();
  await consumer.subscribe({ topic: settings.topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { key, value } of batch.messages) onRecord(key, value);
    },
  });
  return () => consumer.disconnect();
}
