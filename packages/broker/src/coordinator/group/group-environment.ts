/** What every part of one partition's group coordinator works with. */
import type { ConsumerTimeouts } from '../../config/group-config.ts';
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
  /** What members of the consumer protocol are held to; a group may have timeouts of its own. */
  readonly consumerTimeouts: (groupId: string) => ConsumerTimeouts;
  readonly timers: ShardTimers<GroupRecord>;
}
