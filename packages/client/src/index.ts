export { clientErrorCodes, KafkaError, type ClientErrorCode } from './errors.ts';
export type { CommonConfig } from './config/common-settings.ts';
export { nearestName } from './config/nearest-name.ts';
export { Producer, type SendOptions } from './producer/producer.ts';
export type { Acks, ProducerConfig } from './producer/producer-config.ts';
export type { Bytes, Headers, ProducerRecord, RecordMetadata } from './producer/record.ts';
