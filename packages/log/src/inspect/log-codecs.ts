/** What has to be ready before compressed batches are read. */
import { loadCodecs } from '@zurau/protocol';

/** Before {@link describedBatches}; once is enough. */
export async function loadLogCodecs(): Promise<void> {
  await loadCodecs();
}
