/**
 * The controller's writes: each is a multi that also checks that nobody was elected since, so that a controller that does not know yet that it
 * was replaced changes nothing.
 *
 * Owns: the fence. Throws {@link ControllerMovedError} where it closes.
 */
import { isStoreError, StoreError } from '../metadata/store.ts';
import type { MetadataSession, StoreOperation, StoreResult } from '../metadata/store.ts';
import { controllerEpochZnode } from '../metadata/znodes/controller.ts';

/** Another broker is controller by now. */
export class ControllerMovedError extends Error {
  constructor(options?: ErrorOptions) {
    super('another broker is controller', options);
    this.name = 'ControllerMovedError';
  }
}

export class FencedStore {
  /** For reads and for what anyone may write. */
  readonly session: MetadataSession;
  /** Epoch of this controller. */
  readonly epoch: number;
  readonly #epochVersion: number;

  constructor(session: MetadataSession, epoch: number, epochVersion: number) {
    this.session = session;
    this.epoch = epoch;
    this.#epochVersion = epochVersion;
  }

  /** `multi`, fenced; results and the operation index of an error are those of `operations`. */
  async write(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    const fence: StoreOperation = {
      type: 'check',
      path: controllerEpochZnode.path,
      version: this.#epochVersion,
    };
    try {
      return (await this.session.multi([fence, ...operations])).slice(1);
    } catch (error) {
      if (!(error instanceof StoreError) || error.operationIndex === undefined) throw error;
      if (error.operationIndex === 0) throw new ControllerMovedError({ cause: error });
      throw new StoreError(error.code, error.path, {
        cause: error,
        operationIndex: error.operationIndex - 1,
      });
    }
  }

  /** Deletes a node that may be gone already. */
  async remove(path: string): Promise<void> {
    try {
      await this.write([{ type: 'delete', path, version: -1 }]);
    } catch (error) {
      if (!isStoreError(error, 'NO_NODE')) throw error;
    }
  }
}
