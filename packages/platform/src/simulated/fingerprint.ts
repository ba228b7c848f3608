/** FNV-1a, 32 bits: enough to notice that two runs of one seed went different ways. Pure. */

export const FINGERPRINT_START = 0x811c9dc5;

export function fnv1a(text: string, from: number = FINGERPRINT_START): number {
  let hash = from;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
