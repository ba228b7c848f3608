/** Ranges of versions, both ends inclusive; `undefined` is the empty one. */
export interface VersionRange {
  readonly from: number;
  readonly to: number;
}

/** Reads `'3+'`, `'0-12'`, `'4'` and `'none'`, cut to `within`. */
export function parseRange(text: string, within: VersionRange): VersionRange | undefined {
  if (text === 'none') return undefined;
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text);
  if (match === null) throw new Error(`not a version range: '${text}'`);
  const from = Number(match[1]);
  const to = match[2] === '+' ? within.to : Number(match[3] ?? match[1]);
  return intersect({ from, to }, within);
}

export function intersect(a: VersionRange, b: VersionRange): VersionRange | undefined {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from <= to ? { from, to } : undefined;
}

export function sameRange(a: VersionRange, b: VersionRange): boolean {
  return a.from === b.from && a.to === b.to;
}

/** The smallest range that holds both. */
export function hull(a: VersionRange, b: VersionRange): VersionRange {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/**
 * The condition, in TypeScript, under which `version` is in `range` when it is known to be in `known`: `true` when always, `false` when
 * never.
 */
export function condition(range: VersionRange | undefined, known: VersionRange): string {
  const common = range && intersect(range, known);
  if (common === undefined) return 'false';
  if (sameRange(common, known)) return 'true';
  if (common.from === common.to) return `version === ${common.from}`;
  const parts = [];
  if (common.from > known.from) parts.push(`version >= ${common.from}`);
  if (common.to < known.to) parts.push(`version <= ${common.to}`);
  return parts.join(' && ');
}

/** The opposite of `condition`. */
export function negation(range: VersionRange | undefined, known: VersionRange): string {
  const common = range && intersect(range, known);
  if (common === undefined) return 'true';
  if (sameRange(common, known)) return 'false';
  const parts = [];
  if (common.from > known.from) parts.push(`version < ${common.from}`);
  if (common.to < known.to) parts.push(`version > ${common.to}`);
  return parts.length > 1 ? `(${parts.join(' || ')})` : parts.join('');
}

/** What is left of `known` when it is not in `range`, if that is one range. */
export function outside(range: VersionRange | undefined, known: VersionRange): VersionRange {
  const common = range && intersect(range, known);
  if (common === undefined) return known;
  if (common.from === known.from && common.to < known.to)
    return { from: common.to + 1, to: known.to };
  if (common.to === known.to && common.from > known.from)
    return { from: known.from, to: common.from - 1 };
  return known;
}
