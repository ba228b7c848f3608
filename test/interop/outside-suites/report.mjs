/**
 * What became of a client's own tests, on Zurau and on Apache Kafka: kept in a file for each of the two, and told in one page that is checked in.
 *
 * A case is `{ file, name, status, message }`; the status is passed, failed or skipped. A run replaces what was kept of the files that it ran.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { TARGETS } from './target.mjs';

const MESSAGE_CHARS_MAX = 160;

/** The usual comparison: one suite on two brokers. */
const BROKERS = Object.entries(TARGETS);

export function keepCases(dir, kind, cases) {
  const ran = new Set(cases.map(({ file }) => file));
  const kept = keptCases(dir, kind).filter(({ file }) => !ran.has(file));
  writeFileSync(pathOf(dir, kind), JSON.stringify([...kept, ...cases], null, 1));
}

export function keptCases(dir, kind) {
  const path = pathOf(dir, kind);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
}

function pathOf(dir, kind) {
  return join(dir, `cases-${kind}.json`);
}

/**
 * The page, as Markdown. `reasons` are pairs of a pattern, tried on "file name message", and what to say of a case that fails on both; `notRun` are
 * pairs of a file and why it is left out. `columns` are the two kinds that are compared, with their names; the page tells of the first.
 */
export function formatReport({ title, intro, dir, reasons = [], notRun = [], columns = BROKERS }) {
  const [subject, other] = columns.map(([kind]) => byKey(keptCases(dir, kind)));
  const names = columns.map(([, name]) => name);
  const keys = columns === BROKERS ? [...subject.keys(), ...other.keys()] : subject.keys();
  const rows = [...new Set(keys)].sort().map((key) => {
    const [on, reference] = [subject.get(key), other.get(key)];
    const { file, name } = on ?? reference;
    return { file, name, on, reference };
  });
  const failing = (row) => row.on?.status === 'failed';
  const failingThere = (row) => row.reference?.status === 'failed';
  const sections = [
    [
      `Fails on ${names[0]}, passes on ${names[1]}`,
      rows.filter((r) => failing(r) && !failingThere(r)),
    ],
    [
      `Passes on ${names[0]}, fails on ${names[1]}`,
      rows.filter((r) => !failing(r) && failingThere(r)),
    ],
    ['Fails on both', rows.filter((r) => failing(r) && failingThere(r))],
  ];
  return `${[
    `# ${title}`,
    intro.trim(),
    '## By file',
    byFile(rows, names),
    ...sections.flatMap(([heading, of]) => [`## ${heading}`, listOf(of, reasons)]),
    ...(notRun.length === 0
      ? []
      : ['## Not run', notRun.map(([file, why]) => `- \`${file}\`: ${why}`).join('\n')]),
  ].join('\n\n')}\n`;
}

function byKey(cases) {
  return new Map(cases.map((each) => [`${each.file} ${each.name}`, each]));
}

function byFile(rows, names) {
  const files = new Map();
  for (const { file, on, reference } of rows) {
    const count = files.get(file) ?? { on: [0, 0], reference: [0, 0], skipped: 0 };
    files.set(file, count);
    if ((on ?? reference).status === 'skipped') {
      count.skipped += 1;
      continue;
    }
    for (const [outcome, of] of [
      [on, count.on],
      [reference, count.reference],
    ]) {
      if (outcome === undefined) continue;
      of[0] += outcome.status === 'passed' ? 1 : 0;
      of[1] += 1;
    }
  }
  const total = { on: [0, 0], reference: [0, 0], skipped: 0 };
  for (const { on, reference, skipped } of files.values()) {
    for (const index of [0, 1]) {
      total.on[index] += on[index];
      total.reference[index] += reference[index];
    }
    total.skipped += skipped;
  }
  const cell = ([passed, count]) => (count === 0 ? '-' : `${passed} of ${count}`);
  const line = (name, { on, reference, skipped }) =>
    `| ${name} | ${cell(on)} | ${cell(reference)} | ${skipped === 0 ? '' : skipped} |`;
  return [
    `| file | ${names[0]} | ${names[1]} | skipped by the suite |`,
    '| --- | ---: | ---: | ---: |',
    ...Array.from(files, ([file, count]) => line(`\`${file}\``, count)),
    line('**all**', total),
  ].join('\n');
}

function listOf(rows, reasons) {
  if (rows.length === 0) return 'None.';
  return rows
    .map(({ file, name, on, reference }) => {
      const message = (on?.status === 'failed' ? on : reference).message;
      const text = `${file} ${name} ${message}`;
      const reason = reasons.find(([pattern]) => pattern.test(text))?.[1];
      return `- \`${file}\`: ${name}. ${reason ?? `\`${firstLine(message)}\``}`;
    })
    .join('\n');
}

function firstLine(message) {
  const [line = ''] = stripVTControlCharacters(message).replaceAll('`', "'").trim().split('\n');
  return line.slice(0, MESSAGE_CHARS_MAX);
}
