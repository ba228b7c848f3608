/**
 * The operating system's randomness for bytes and uuids, the engine's generator for floats and
 * integers.
 */
import { randomBytes } from 'node:crypto';
import { randomUuid } from '../random-uuid.ts';
import type { Random } from '../random.ts';

export const nodeRandom: Random = {
  float: () => Math.random(),
  int: (bound) => Math.floor(Math.random() * bound),
  bytes: (count) => randomBytes(count),
  uuid: () => randomUuid(randomBytes),
};
