/**
 * Random uuids in Kafka's text form, over whatever source of random bytes an implementation has.
 * Must stay free of any randomness of its own: the simulator's uuids follow from its seed.
 */

/**
 * A version 4 uuid as base64url; never one with a leading `-`, which command lines would take for
 * an option (as Kafka does).
 */
export function randomUuid(randomBytes: (count: number) => Buffer): string {
  for (;;) {
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const text = bytes.toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}
