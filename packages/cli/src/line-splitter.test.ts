import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf } from './line-splitter.ts';

async function* stream(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

async function linesIn(chunks: readonly Buffer[], lineBytesMax?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const some of linesOf(stream(chunks), lineBytesMax)) {
    lines.push(...some.map((line) => line.toString('latin1')));
  }
  return lines;
}

it('gives the same lines however the input is cut, bytes untouched', async () => {
  const byte = fc.constantFrom(0x0a, 0x0d, 0x00, 0xff, 0xc3, 0x61);
  const chunks = fc.array(fc.array(byte, { maxLength: 12 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(chunks, async (arrays) => {
      const text = Buffer.from(arrays.flat()).toString('latin1');
      const expected = text.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(await linesIn(arrays.map((array) => Buffer.from(array)))).toEqual(expected);
    }),
  );
});

it('refuses a line without end', async () => {
  const endless = Array.from({ length: 20 }, () => Buffer.alloc(10, 'x'));
  await expect(linesIn(endless, 100)).rejects.toThrow('longer than 100 bytes');
});
