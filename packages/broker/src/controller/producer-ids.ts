/**
 * Producer ids that no other broker hands out: blocks of a thousand, each claimed in the metadata store.
 *
 * Owns: the block in use. At most one claim is under way; those who ask meanwhile wait for it.
 */
import { isStoreError, type MetadataSession } from '../metadata/store.ts';
import { createWithParents } from '../metadata/store-path.ts';
import { producerIdBlockZnode, type ProducerIdBlock } from '../metadata/znodes/controller.ts';

/** Ids of one block. */
export const PRODUCER_IDS_PER_BLOCK = 1_000;

/** Gives out producer ids, each once in the life of the cluster. */
export interface ProducerIdSource {
  /** Rejects with StoreError when a new block is needed and cannot be had. */
  next(): Promise<number>;
}

/** Claims the next block. Rejects with StoreError when the store is not to be reached. */
export async function claimProducerIdBlock(
  session: MetadataSession,
  brokerId: number,
): Promise<ProducerIdBlock> {
  const { path } = producerIdBlockZnode;
  for (;;) {
    const last = await readBlock(session);
    const first = last.block === undefined ? 0 : last.block.last + 1;
    if (first > Number.MAX_SAFE_INTEGER - PRODUCER_IDS_PER_BLOCK) {
      throw new Error('no producer ids are left');
    }
    const block = { brokerId, first, last: first + PRODUCER_IDS_PER_BLOCK - 1 };
    try {
      await session.setData(path, producerIdBlockZnode.encode(block), last.version);
      return block;
    } catch (error) {
      // Another broker was faster. After a lost connection ids may be wasted, and that is all.
      if (!isStoreError(error, 'BAD_VERSION')) throw error;
    }
  }
}

async function readBlock(
  session: MetadataSession,
): Promise<{ block: ProducerIdBlock | undefined; version: number }> {
  const { path } = producerIdBlockZnode;
  for (;;) {
    try {
      const { data, stat } = await session.getData(path);
      return {
        block: data.length === 0 ? undefined : producerIdBlockZnode.decode(data),
        version: stat.version,
      };
    } catch (error) {
      if (!isStoreError(error, 'NO_NODE')) throw error;
    }
    try {
      await createWithParents(session, path, Buffer.alloc(0));
    } catch (error) {
      if (!isStoreError(error, 'NODE_EXISTS')) throw error;
    }
  }
}

/** Ids from blocks that this broker claims itself. */
export class StoreProducerIds implements ProducerIdSource {
  readonly #session: MetadataSession;
  readonly #brokerId: number;
  #next = 0;
  #last = -1;
  #claim: Promise<void> | undefined;

  constructor(session: MetadataSession, brokerId: number) {
    this.#session = session;
    this.#brokerId = brokerId;
  }

  async next(): Promise<number> {
    while (this.#next > this.#last) {
      this.#claim ??= this.#refill();
      await this.#claim;
    }
    return this.#next++;
  }

  async #refill(): Promise<void> {
    try {
      const block = await claimProducerIdBlock(this.#session, this.#brokerId);
      this.#next = block.first;
      this.#last = block.last;
    } finally {
      this.#claim = undefined;
    }
  }
}
