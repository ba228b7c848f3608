/**
 * A member of a classic group: who it is, what it asked for, what it was given, and what it is waiting for.
 */

/** A protocol (an assignor, for consumers) that a member can follow, with its subscription in that protocol's own format. */
export interface MemberProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

/** Gives an answer to a waiting request; called at most once. */
export type Reply<T> = (answer: T) => void;

/** Answer to a join: the fields of the response, for all versions. */
export interface JoinAnswer {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  /** Everybody's subscription, for the leader only. */
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly metadata: Buffer;
  }[];
}

/** Answer to a sync. */
export interface SyncAnswer {
  readonly errorCode: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export const NOTHING: Buffer = Buffer.alloc(0);

/** An answer to a join that only says why not. */
export function joinRefusal(memberId: string, errorCode: number): JoinAnswer {
  return {
    errorCode,
    memberId,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    members: [],
  };
}

/** An answer to a sync that only says why not. */
export function syncRefusal(errorCode: number): SyncAnswer {
  return { errorCode, protocolType: null, protocolName: null, assignment: NOTHING };
}

export interface MemberIdentity {
  readonly id: string;
  /** `group.instance.id` of a static member (KIP-345). */
  readonly instanceId: string | null;
  readonly clientId: string;
  /** As Java prints an address: `/127.0.0.1`. */
  readonly clientHost: string;
}

/** What a member states anew with every join. */
export interface MemberTerms {
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  /** In the order of preference. */
  readonly protocols: readonly MemberProtocol[];
}

export class Member {
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** A static member that restarts gets another one. */
  id: string;
  terms: MemberTerms;
  assignment: Buffer = NOTHING;
  /** Has not been through a whole join phase yet: it cannot send heartbeats and is timed out while it waits. */
  isNew = false;
  joinReply: Reply<JoinAnswer> | undefined;
  syncReply: Reply<SyncAnswer> | undefined;

  constructor(identity: MemberIdentity, terms: MemberTerms) {
    this.id = identity.id;
    this.instanceId = identity.instanceId;
    this.clientId = identity.clientId;
    this.clientHost = identity.clientHost;
    this.terms = terms;
  }

  get isStatic(): boolean {
    return this.instanceId !== null;
  }

  get isAwaitingJoin(): boolean {
    return this.joinReply !== undefined;
  }

  get isAwaitingSync(): boolean {
    return this.syncReply !== undefined;
  }

  /** Its subscription in the protocol `name`; the group only ever chooses one that all members support. */
  metadata(name: string): Buffer {
    const protocol = this.terms.protocols.find((candidate) => candidate.name === name);
    if (protocol === undefined) throw new Error(`member ${this.id} does not support ${name}`);
    return protocol.metadata;
  }

  /** The same protocols in the same order with the same subscriptions. */
  hasProtocols(protocols: readonly MemberProtocol[]): boolean {
    const mine = this.terms.protocols;
    return (
      mine.length === protocols.length &&
      mine.every((protocol, index) => {
        const other = protocols[index];
        return other?.name === protocol.name && other.metadata.equals(protocol.metadata);
      })
    );
  }

  /** Its most preferred protocol among `candidates`. */
  vote(candidates: ReadonlySet<string>): string {
    const choice = this.terms.protocols.find((protocol) => candidates.has(protocol.name));
    if (choice === undefined) throw new Error(`member ${this.id} supports no candidate`);
    return choice.name;
  }
}
