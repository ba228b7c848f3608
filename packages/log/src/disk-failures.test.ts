/** What happens when the disk fails where nobody waits for the outcome: in timers and callbacks. An error that escapes there ends the process. */
import { simulatedPlatform } from '@zurau/platform';
import type { DiskOperation, SimulatedHost } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';
import type { Finding } from './inspect/finding.ts';
import { verifyDirectory } from './inspect/verify-log-directory.ts';
import { LogError } from './log-error.ts';
import type { LogManager } from './log-manager.ts';
import { silentLogger } from './logger.ts';
import type { PartitionLog } from './partition-log.ts';

const everything = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };
const MINUTE_MS = 60_000;
const BATCHES = 50;

interface Started {
  readonly host: SimulatedHost;
  readonly errors: string[];
  readonly manager: LogManager;
  readonly log: PartitionLog;
  settle<T>(promise: Promise<T>): Promise<T>;
}

/** A log of many segments, with nothing of it in memory. */
async function started(): Promise<Started> {
  const host = simulatedPlatform(21);
  const settle = <T>(promise: Promise<T>): Promise<T> => host.simulation.runUntilSettled(promise);
  const errors: string[] = [];
  const logger = {
    ...silentLogger,
    error: (_about: object | string, message?: string) => void errors.push(message ?? ''),
  };
  const config = configOf({ segmentBytes: 5000, retentionBytes: 30_000, indexIntervalBytes: 500 });
  const before = await settle(startManager({ platform: host }));
  const written = before.getOrCreate('t', 0, config);
  for (let i = 0; i < BATCHES; i++) written.append(batchOf({ valueBytes: 900 }), asLeader);
  await settle(before.close());
  const manager = await settle(
    startManager({ platform: host, logger, tailCacheLogBytes: 1, defaultConfig: config }),
  );
  const log = manager.get('t', 0)!;
  log.setHighWatermark(log.logEndOffset);
  return { host, errors, manager, log, settle };
}

function fail(host: SimulatedHost, operation: DiskOperation, path: RegExp): () => void {
  return host.disk.faults.inject({ operation, path, code: 'TOO_MANY_FILES', times: Infinity });
}

describe('a disk that fails', () => {
  it('when deleted segments are removed, only leaves them to the next start', async () => {
    const { host, errors, log, manager, settle } = await started();
    expect(log.applyRetention()).toBeGreaterThan(2);
    const stop = fail(host, 'remove', /\.deleted$/);
    await host.simulation.runFor(2 * MINUTE_MS);
    expect(errors).toContain('cannot remove a deleted segment, the next start will');
    expect(log.append(batchOf(), asLeader).firstOffset).toBe(BATCHES);
    stop();
    await settle(manager.close());
    await settle(startManager({ platform: host }));
    const names = host.disk.readDirSync('/data/t-0').map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('.deleted'))).toEqual([]);
  });

  it('when a log with deleted segments is closed, does not keep it from being closed', async () => {
    const { host, log, settle } = await started();
    log.applyRetention();
    fail(host, 'remove', /\.deleted$/);
    await settle(log.close());
  });

  it('when indexes are written, holds neither appends nor maintenance up, and they are written later', async () => {
    const { host, errors, log, manager, settle } = await started();
    const stop = fail(host, 'write', /[0-9]\.(time)?index$/);
    for (let i = 0; i < 20; i++) log.append(batchOf({ valueBytes: 900 }), asLeader);
    await host.simulation.runFor(4.5 * MINUTE_MS);
    expect(errors).toEqual([]);
    expect(log.append(batchOf(), asLeader).firstOffset).toBe(BATCHES + 20);
    stop();
    log.setHighWatermark(log.logEndOffset);
    await settle(manager.close());
    expect(host.disk.statSync('/data/.kafka_cleanshutdown')).toBeDefined();
    const again = await settle(startManager({ platform: host }));
    expect(again.get('t', 0)!.logEndOffset).toBe(BATCHES + 21);
    const findings: Finding[] = [];
    const onFinding = (finding: Finding): void => void findings.push(finding);
    // It loads codecs in real time: virtual time must not run meanwhile.
    await verifyDirectory({ disk: host.disk, directory: '/data', onFinding });
    expect(findings).toEqual([]);
  });

  it('when an index is needed for a read, fails the read alone', async () => {
    const { host, log, settle } = await started();
    // Everything is out of memory after two passes that found it unused.
    await host.simulation.runFor(4.5 * MINUTE_MS);
    const stop = fail(host, 'read', /index$/);
    expect(errorCode(() => log.read(2, everything))).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    expect(errorCode(() => log.offsetForTimestamp(1001))).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    stop();
    const bytes = await settle(bytesOf(log.read(2, everything)));
    expect(bytes.readBigInt64BE(0)).toBe(2n);
  });
});

function errorCode(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof LogError ? error.errorCode : error;
  }
  return undefined;
}
