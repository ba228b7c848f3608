/**
 * Who controls the cluster, and what brokers tell it: `/controller`, `/controller_epoch`, `/isr_change_notification`,
 * `/log_dir_event_notification`, `/latest_producer_id_block`.
 *
 * Owns: paths and contents of these nodes, as Apache Kafka 3.9 writes them.
 */
import { encodeJson, ZnodeError, ZnodeObject } from './json.ts';

/** `/controller`, ephemeral: whoever has it decides. */
export const controllerZnode = {
  path: '/controller',
  encode: (brokerId: number, timestampMs: number): Buffer =>
    encodeJson({
      version: 2,
      brokerid: brokerId,
      timestamp: String(timestampMs),
      kraftControllerEpoch: -1,
    }),
  /** The broker id. Throws ZnodeError. */
  decode: (data: Buffer): number => ZnodeObject.parse('/controller', data).int('brokerid'),
};

/** `/controller_epoch`: how many controllers there were, as decimal text. Its version fences the writes of the current one. */
export const controllerEpochZnode = {
  path: '/controller_epoch',
  /** Before the first controller. */
  initialEpoch: 0,
  encode: (epoch: number): Buffer => Buffer.from(String(epoch), 'utf8'),
  /** Throws ZnodeError. */
  decode(data: Buffer): number {
    const text = data.toString('utf8');
    if (!/^\d{1,10}$/.test(text)) throw new ZnodeError('/controller_epoch', 'is not a number');
    return Number(text);
  },
};

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** `/isr_change_notification/isr_change_N`, sequential: leaders that changed their ISR themselves. */
export const isrChangeZnode = {
  parent: '/isr_change_notification',
  prefix: '/isr_change_notification/isr_change_',
  encode: (partitions: readonly TopicPartition[]): Buffer =>
    encodeJson({
      version: 1,
      partitions: partitions.map(({ topic, partition }) => ({ topic, partition })),
    }),
  /** Throws ZnodeError. */
  decode: (data: Buffer): TopicPartition[] =>
    ZnodeObject.parse('/isr_change_notification', data)
      .objects('partitions')
      .map((each) => ({ topic: each.string('topic'), partition: each.int('partition') })),
};

/** `/log_dir_event_notification/log_dir_event_N`, sequential: brokers that lost a log directory. */
export const logDirEventZnode = {
  parent: '/log_dir_event_notification',
  prefix: '/log_dir_event_notification/log_dir_event_',
  encode: (brokerId: number): Buffer => encodeJson({ version: 1, broker: brokerId, event: 1 }),
  /** The broker id. Throws ZnodeError. */
  decode: (data: Buffer): number =>
    ZnodeObject.parse('/log_dir_event_notification', data).int('broker'),
};

/** Ids from `first` to `last`, both included, that one broker hands to producers. */
export interface ProducerIdBlock {
  readonly brokerId: number;
  readonly first: number;
  readonly last: number;
}

/** `/latest_producer_id_block`: the block given out last; the next one follows it. */
export const producerIdBlockZnode = {
  path: '/latest_producer_id_block',
  encode: ({ brokerId, first, last }: ProducerIdBlock): Buffer =>
    encodeJson({
      version: 1,
      broker: brokerId,
      block_start: String(first),
      block_end: String(last),
    }),
  /** Throws ZnodeError. */
  decode(data: Buffer): ProducerIdBlock {
    const json = ZnodeObject.parse('/latest_producer_id_block', data);
    return {
      brokerId: json.int('broker'),
      first: json.textInt('block_start'),
      last: json.textInt('block_end'),
    };
  },
};
