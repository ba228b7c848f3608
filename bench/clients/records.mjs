/** The records of the benchmark of clients: keys, and values that look like JSON and compress as such. The same for all. */
const DISTINCT = 1000;
const WORDS = 'order customer amount currency shipped pending street parcel invoice total'.split(
  ' ',
);

/** Distinct records with values of so many bytes. */
export function makeRecords(sizeBytes) {
  let seed = 42;
  const random = (below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: DISTINCT }, (_, index) => {
    let text = `{"id":${1_000_000 + index}`;
    while (text.length < sizeBytes) {
      text += `,"${WORDS[random(WORDS.length)]}":"${random(2 ** 32).toString(36)}"`;
    }
    return { key: Buffer.from(`key-${index}`), value: Buffer.from(text).subarray(0, sizeBytes) };
  });
}
