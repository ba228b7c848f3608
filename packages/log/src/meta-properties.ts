/** `meta.properties`: which broker of which cluster a log directory belongs to. A Java properties file. */
import type { Disk } from '@zurau/platform';
import { readOptionalFile, replaceFile } from './atomic-file.ts';
import { META_PROPERTIES_FILE, pathIn } from './file-names.ts';

export interface MetaProperties {
  readonly brokerId: number | undefined;
  readonly clusterId: string | undefined;
  /** Everything else in the file, kept when it is written again. */
  readonly others: ReadonlyMap<string, string>;
}

/** Undefined when the directory has none yet. */
export function readMetaProperties(disk: Disk, logDirectory: string): MetaProperties | undefined {
  const text = readOptionalFile(disk, pathIn(logDirectory, META_PROPERTIES_FILE))?.toString('utf8');
  if (text === undefined) return undefined;
  const properties = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([^#!\s][^=:\s]*)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (match !== null) properties.set(match[1]!, match[2]!.replace(/\\(.)/g, '$1'));
  }
  const brokerId = Number(properties.get('broker.id') ?? properties.get('node.id') ?? Number.NaN);
  const clusterId = properties.get('cluster.id');
  for (const key of ['version', 'broker.id', 'cluster.id']) properties.delete(key);
  return {
    brokerId: Number.isSafeInteger(brokerId) ? brokerId : undefined,
    clusterId,
    others: properties,
  };
}

export function writeMetaProperties(
  disk: Disk,
  logDirectory: string,
  properties: MetaProperties,
): void {
  const lines = ['#', 'version=0'];
  if (properties.brokerId !== undefined) lines.push(`broker.id=${properties.brokerId}`);
  if (properties.clusterId !== undefined) lines.push(`cluster.id=${properties.clusterId}`);
  for (const [key, value] of properties.others) lines.push(`${key}=${value}`);
  replaceFile(disk, pathIn(logDirectory, META_PROPERTIES_FILE), `${lines.join('\n')}\n`, {
    durable: true,
  });
}
