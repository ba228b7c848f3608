/** What the parts of `log dump` share. */
import type { Disk } from '@zurau/platform';
import type { Listing } from '../listing.ts';

export interface DumpOptions {
  /** The records of batches, too. */
  readonly records: boolean;
  /** Coordinators' records in words. */
  readonly decode: boolean;
}

export interface DumpContext extends DumpOptions {
  readonly disk: Disk;
  readonly listing: Listing;
}

/** Name behind the last slash. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function parentNameOf(path: string): string {
  const names = path.split('/');
  return names[names.length - 2] ?? '';
}

/** Milliseconds since the epoch as a time; -1 as nothing. */
export function timeText(ms: number): string {
  if (ms < 0) return '-';
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

/** -1 means that there is none. */
export function orDash(value: number): string {
  return value < 0 ? '-' : String(value);
}
