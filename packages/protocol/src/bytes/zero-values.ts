/** Values that stand for nothing, shared so that decoding does not make them again and again. */

/** Kafka's text form of the uuid of sixteen zero bytes: no topic id, no directory id. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

export const EMPTY_BYTES: Buffer = Buffer.alloc(0);
