/** What an operation on groups wants written, besides the answer that it gives. */
import type { WriteEffects } from '../runtime/state-machine.ts';
import type { GroupRecord } from './group-records.ts';

export type Effects = WriteEffects<GroupRecord>;

export const NO_EFFECTS: Effects = { records: [] };
