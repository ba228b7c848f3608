/** Whether `leader-epoch-checkpoint` ascends and agrees with the epochs that the batches bear. */
import type { Disk } from '@zurau/platform';
import { readOptionalFile } from '../atomic-file.ts';
import { parseCheckpoint } from '../checkpoint-file.ts';
import { LEADER_EPOCH_FILE, pathIn } from '../file-names.ts';
import type { EpochEntry } from '../leader-epoch-cache.ts';

/** Lines as numbers; undefined when the file is damaged, empty when there is none. */
export function readEpochs(disk: Disk, directory: string): EpochEntry[] | undefined {
  const text = readOptionalFile(disk, pathIn(directory, LEADER_EPOCH_FILE))?.toString('utf8');
  if (text === undefined) return [];
  const entries = parseCheckpoint(text)?.map(([epoch, startOffset]) => ({
    epoch: Number(epoch ?? Number.NaN),
    startOffset: Number(startOffset ?? Number.NaN),
  }));
  const isWhole = entries?.every(
    ({ epoch, startOffset }) =>
      Number.isSafeInteger(epoch) && Number.isSafeInteger(startOffset) && epoch >= 0,
  );
  return isWhole === true ? entries : undefined;
}

/** What is wrong with the list itself; undefined when it ascends. */
export function epochsProblem(entries: readonly EpochEntry[]): string | undefined {
  for (let i = 1; i < entries.length; i++) {
    const [before, entry] = [entries[i - 1]!, entries[i]!];
    if (entry.epoch > before.epoch && entry.startOffset > before.startOffset) continue;
    return (
      `epoch ${entry.epoch} from offset ${entry.startOffset} ` +
      `follows epoch ${before.epoch} from offset ${before.startOffset}`
    );
  }
  return undefined;
}

/** Epochs by ascending offset: cheaper than a search per batch. */
export class EpochCursor {
  readonly #entries: readonly EpochEntry[];
  #index = -1;

  constructor(entries: readonly EpochEntry[]) {
    this.#entries = entries;
  }

  /** Epoch that wrote `offset`, which is not below that of an earlier call; undefined when the file does not say. */
  at(offset: number): number | undefined {
    while ((this.#entries[this.#index + 1]?.startOffset ?? Infinity) <= offset) this.#index++;
    return this.#entries[this.#index]?.epoch;
  }

  /** The file begins with this epoch. */
  get first(): number {
    return this.#entries[0]?.epoch ?? -1;
  }

  /** The file ends with this epoch. */
  get latest(): number {
    return this.#entries[this.#entries.length - 1]?.epoch ?? -1;
  }
}
