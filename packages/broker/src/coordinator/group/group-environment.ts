/** What every part of one partition's group coordinator works with. */
import type { Platform } from '@zurau/platform';
import type { Logger } from '../../logging.ts';
import type { ShardTimers } from '../runtime/shard-timers.ts';
import type { GroupCoordinatorConfig } from './config.ts';
import type { TopicDirectory } from './consumer/topic-directory.ts';
import type { GroupRecord } from './group-records.ts';

export interface GroupEnvironment {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly config: GroupCoordinatorConfig;
  readonly topics: TopicDirectory;
  readonly timers: ShardTimers<GroupRecord>;
}
