/**
 * Before the tests of files that share a process: zstd is loaded, whichever file comes first, for it loads in real time, and that time does not stand
 * still where a simulation runs in virtual time.
 */
import { loadCodecs } from '@zurau/protocol';

await loadCodecs();
