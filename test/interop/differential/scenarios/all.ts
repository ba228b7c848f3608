/** Every scenario that both brokers are put through. */
import type { Scenario } from '../scenario.ts';
import { clusterScenarios } from './cluster.ts';
import { configScenarios } from './configs.ts';
import { fetchScenarios } from './fetch.ts';
import { fetchSessionScenarios } from './fetch-sessions.ts';
import { groupScenarios } from './groups.ts';
import { idempotenceScenarios } from './idempotence.ts';
import { logScenarios } from './log.ts';
import { metadataScenarios } from './metadata.ts';
import { offsetScenarios } from './offsets.ts';
import { produceScenarios } from './produce.ts';
import { reassignmentScenarios } from './reassignments.ts';
import { topicScenarios } from './topics.ts';
import { transactionScenarios } from './transactions.ts';

export const allScenarios: readonly Scenario[] = [
  ...clusterScenarios,
  ...metadataScenarios,
  ...topicScenarios,
  ...reassignmentScenarios,
  ...configScenarios,
  ...produceScenarios,
  ...idempotenceScenarios,
  ...fetchScenarios,
  ...fetchSessionScenarios,
  ...logScenarios,
  ...groupScenarios,
  ...offsetScenarios,
  ...transactionScenarios,
];
