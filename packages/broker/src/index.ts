/** A Kafka broker for Node.js: {@link startBroker} or {@link startCluster} in a program, `zurau start` on the command line. */
export { startBroker } from './start-broker.ts';
export type { RunningBroker } from './start-broker.ts';
export { startCluster } from './start-cluster.ts';
export type { RunningCluster } from './start-cluster.ts';
export type { StartBrokerOptions, StartClusterOptions } from './start-options.ts';
export { ConfigError } from './config/config-error.ts';
export type { LogFormat, Logger } from './logging.ts';
