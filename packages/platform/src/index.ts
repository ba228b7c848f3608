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
  TlsOptions,
} from './network.ts';
export { NetworkError } from './network.ts';
export { memoryDisk } from './memory/memory-disk.ts';
export { nodePlatform } from './node/node-platform.ts';
export type { Platform } from './platform.ts';
export type { Random } from './random.ts';
export type { Timer, Timers } from './timers.ts';
export type {
  DiskFault,
  DiskFaults,
  DiskOperation,
  LatencyMs,
  TimedDiskOperation,
} from './simulated/disk-faults.ts';
export type { Links } from './simulated/links.ts';
export type { TracedEvent } from './simulated/scheduler.ts';
export type { SeededRandom } from './simulated/seeded-random.ts';
export type { SimulatedDisk } from './simulated/simulated-disk.ts';
export type { SimulatedNetwork } from './simulated/simulated-network.ts';
export { simulatedPlatform, type SimulationOptions } from './simulated/simulation.ts';
export type { SimulatedHost, Simulation } from './simulated/simulation.ts';
