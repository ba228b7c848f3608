/**
 * What members of a group tell each other, in the bytes that KafkaJS writes: version, topics or partitions, user data. What newer versions
 * have behind that is passed over.
 *
 *     metadata    version int16 | topics [string] | user data bytes
 *     assignment  version int16 | [ topic string | partitions [int32] ] | user data bytes
 */
import type {
  Assignment,
  ISerializer,
  MemberAssignment,
  MemberMetadata,
} from './assigner-types.ts';

const LENGTH_BYTES = 2;

export const AssignerProtocol: {
  MemberMetadata: ISerializer<MemberMetadata>;
  MemberAssignment: ISerializer<MemberAssignment>;
} = {
  MemberMetadata: {
    encode: ({ version, topics, userData }) =>
      Buffer.concat([int16(version), int32(topics.length), ...topics.map(text), bytes(userData)]),
    decode: (buffer) => {
      const reader = new Reader(buffer);
      const version = reader.int16();
      const topics = reader.list(() => reader.text());
      return { version, topics, userData: reader.bytes() };
    },
  },
  MemberAssignment: {
    encode: ({ version, assignment, userData }) => {
      const topics = Object.entries(assignment);
      const written = topics.flatMap(([topic, partitions]) => [
        text(topic),
        int32(partitions.length),
        ...partitions.map(int32),
      ]);
      return Buffer.concat([int16(version), int32(topics.length), ...written, bytes(userData)]);
    },
    /** Null for no bytes, as a leader may leave a member out. */
    decode: (buffer) => {
      if (buffer.length < LENGTH_BYTES) return null;
      const reader = new Reader(buffer);
      const version = reader.int16();
      const topics = reader.list((): [string, number[]] => [
        reader.text(),
        reader.list(() => reader.int32()),
      ]);
      const assignment: Assignment = Object.fromEntries(topics);
      return { version, assignment, userData: reader.bytes() };
    },
  },
};

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function text(value: string): Buffer {
  const encoded = Buffer.from(value);
  return Buffer.concat([int16(encoded.length), encoded]);
}

/** Programs in JavaScript leave user data out. */
function bytes(value: Buffer | undefined): Buffer {
  if (value === undefined) return int32(0);
  return Buffer.concat([int32(value.length), value]);
}

/** Throws RangeError behind the end. */
class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  int16(): number {
    this.#at += 2;
    return this.#buffer.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#buffer.readInt32BE(this.#at - 4);
  }

  text(): string {
    return this.#take(this.int16()).toString();
  }

  bytes(): Buffer {
    return this.#take(Math.max(0, this.int32()));
  }

  list<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.int32(); left > 0; left -= 1) items.push(read());
    return items;
  }

  #take(sizeBytes: number): Buffer {
    if (sizeBytes < 0 || this.#at + sizeBytes > this.#buffer.length) {
      throw new RangeError('a member of the group sent bytes that end too early');
    }
    this.#at += sizeBytes;
    return this.#buffer.subarray(this.#at - sizeBytes, this.#at);
  }
}
