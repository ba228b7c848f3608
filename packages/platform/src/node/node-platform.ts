/** The real outside world, put together. Stateless: every call returns an equivalent platform. */
import type { Platform } from '../platform.ts';
import { nodeClock } from './node-clock.ts';
import { nodeDisk } from './node-disk.ts';
import { nodeNetwork } from './node-network.ts';
import { nodeRandom } from './node-random.ts';
import { nodeTimers } from './node-timers.ts';

/** Clock, timers, random, disk and network of this Node.js process. */
export function nodePlatform(): Platform {
  return {
    clock: nodeClock,
    timers: nodeTimers,
    random: nodeRandom,
    disk: nodeDisk,
    network: nodeNetwork,
  };
}
