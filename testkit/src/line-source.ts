/**
 * A stream of text lines that is made twice from one seed: once to be sent, once to be compared. Nothing of it is kept in memory.
 */
import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 ,.;:-_/+*#()';
const LINES_PER_CHUNK = 256;

export interface LineSource {
  readonly lineCount: number;
  readonly lineBytes: number;
  readonly seed: number;
}

/** Whole chunks of lines, each line `lineBytes` long without its newline and different from all others. */
export function* lineChunks({ lineCount, lineBytes, seed }: LineSource): Generator<Buffer> {
  let state = seed >>> 0 || 1;
  const filler = Buffer.alloc(64 * 1024);
  for (let at = 0; at < filler.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    filler[at] = ALPHABET.charCodeAt((state >>> 16) % ALPHABET.length);
  }
  for (let first = 0; first < lineCount; first += LINES_PER_CHUNK) {
    const count = Math.min(LINES_PER_CHUNK, lineCount - first);
    const chunk = Buffer.allocUnsafe(count * (lineBytes + 1));
    for (let line = 0; line < count; line++) {
      const at = line * (lineBytes + 1);
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const from = state % (filler.length - lineBytes);
      filler.copy(chunk, at, from, from + lineBytes);
      chunk.write(`${seed}:${first + line};`, at, lineBytes, 'latin1');
      chunk[at + lineBytes] = 0x0a;
    }
    yield chunk;
  }
}

/** Writes all lines and ends the stream; returns what they hash to. */
export async function writeLines(source: LineSource, into: Writable): Promise<string> {
  const hash = createHash('sha256');
  for (const chunk of lineChunks(source)) {
    hash.update(chunk);
    if (!into.write(chunk)) await new Promise((resolve) => into.once('drain', resolve));
  }
  into.end();
  return hash.digest('hex');
}

/** What a stream hashes to, and how many bytes it had. */
export async function hashStream(from: Readable): Promise<{ hash: string; byteCount: number }> {
  const hash = createHash('sha256');
  let byteCount = 0;
  for await (const chunk of from) {
    hash.update(chunk as Buffer);
    byteCount += (chunk as Buffer).length;
  }
  return { hash: hash.digest('hex'), byteCount };
}
