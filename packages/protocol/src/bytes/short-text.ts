/**
 * Short ASCII strings, read without a call out of JavaScript. Most topic names, client ids and config keys of requests on the hot path are of this
 * kind. Measured on Node 20: 55 against 150 to 250 ns for 4 characters, 80 against 120 for 8, level at 12.
 */

/** Above this length the runtime's own decoder is faster. */
export const SHORT_TEXT_BYTES_MAX = 12;

const { fromCharCode } = String;

/** The text, or undefined when it is not ASCII. */
export function shortAsciiText(
  buffer: Buffer,
  start: number,
  byteCount: number,
): string | undefined {
  const end = start + byteCount;
  let at = start;
  let text = '';
  // Four at a time: one call makes one flat string.
  for (; at + 4 <= end; at += 4) {
    const a = buffer[at]!;
    const b = buffer[at + 1]!;
    const c = buffer[at + 2]!;
    const d = buffer[at + 3]!;
    if ((a | b | c | d) >= 0x80) return undefined;
    text += fromCharCode(a, b, c, d);
  }
  for (; at < end; at++) {
    const byte = buffer[at]!;
    if (byte >= 0x80) return undefined;
    text += fromCharCode(byte);
  }
  return text;
}
