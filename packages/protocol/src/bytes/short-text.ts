/**
 * Short ASCII strings, read without a call out of JavaScript. Topic names, client ids and member ids are all of this kind, and they are
 * most of what is decoded besides integers.
 */

/** Above this length the runtime's own decoder is faster. */
export const shortTextBytesMax = 24;

const fromCharCode = String.fromCharCode;

/** The text, or undefined when it is not ASCII. */
export function shortAsciiText(
  buffer: Buffer,
  start: number,
  byteCount: number,
): string | undefined {
  let text = '';
  for (let at = start; at < start + byteCount; at++) {
    const byte = buffer[at]!;
    if (byte >= 0x80) return undefined;
    text += fromCharCode(byte);
  }
  return text;
}
