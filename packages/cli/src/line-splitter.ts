/** Cuts a byte stream into lines, as bytes: what is not UTF-8 stays as it is. */
import { UsageError } from './usage-error.ts';

const NEWLINE = 0x0a;
/** A line is a record, and no broker takes larger ones by default. Guards memory against input without line ends. */
export const LINE_BYTES_MAX: number = 128 * 1024 * 1024;

/** Lines without their line feed; the last one needs none. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer | string>,
  lineBytesMax: number = LINE_BYTES_MAX,
): AsyncGenerator<Buffer[], void, undefined> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const lines: Buffer[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start);
      if (end < 0) break;
      const tail = bytes.subarray(start, end);
      lines.push(restBytes === 0 ? tail : Buffer.concat([...rest, tail]));
      rest = [];
      restBytes = 0;
      start = end + 1;
    }
    if (start < bytes.length) {
      rest.push(bytes.subarray(start));
      restBytes += bytes.length - start;
      if (restBytes > lineBytesMax) {
        throw new UsageError(`A line of the input is longer than ${lineBytesMax} bytes.`);
      }
    }
    if (lines.length > 0) yield lines;
  }
  if (restBytes > 0) yield [Buffer.concat(rest)];
}
