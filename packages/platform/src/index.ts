export type { Clock } from './clock.ts';
export type {
  Disk,
  DiskCallback,
  DiskEntry,
  DiskErrorCode,
  DiskFile,
  DiskLock,
  DiskStat,
} from './disk.ts';
export { DiskError } from './disk.ts';
export type {
  ConnectAddress,
  ListenAddress,
  Listener,
  Network,
  NetworkErrorCode,
  Socket,
  SocketReader,
} from './network.ts';
export { NetworkError } from './network.ts';
export { memoryDisk } from './memory/memory-disk.ts';
export { nodePlatform } from './node/node-platform.ts';
export type { Platform } from './platform.ts';
export type { Random } from './random.ts';
export type { Timer, Timers } from './timers.ts';
