/** How a node is created: on the wire two bits of a number. */
export interface CreateMode {
  /** The node goes with the session, and has no children. */
  readonly ephemeral?: boolean;
  /** The server adds ten digits to the name: the parent's counter. */
  readonly sequential?: boolean;
}

const EPHEMERAL = 1;
const SEQUENTIAL = 2;

export function createFlags({ ephemeral = false, sequential = false }: CreateMode): number {
  return (ephemeral ? EPHEMERAL : 0) | (sequential ? SEQUENTIAL : 0);
}

/** The other way; for the server of our tests. */
export function createModeOf(flags: number): Required<CreateMode> {
  return { ephemeral: (flags & EPHEMERAL) !== 0, sequential: (flags & SEQUENTIAL) !== 0 };
}
