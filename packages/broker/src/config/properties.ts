/**
 * Reader of Java's .properties format, in which server.properties and meta.properties are written.
 *
 * ```
 *   # comment          ! comment
 *   key=value          key : value          key value        key\ with\ blanks = value
 *   long = first, \
 *          second                            -> "first, second"
 *   \t \n \r \f  \uXXXX  \<any other character> stands for itself
 * ```
 *
 * Owns: the syntax. Knows no keys; trims nothing that Java would keep. Of a key given twice the
 * last wins, as in Java.
 */
import { ConfigError } from './config-error.ts';

/** A line after joining continuations; comments and blank lines are gone. */
interface LogicalLine {
  readonly text: string;
  /** Number of the first physical line, from 1. */
  readonly lineNumber: number;
}

/** Throws {@link ConfigError} for a broken `\u` escape, with the line number. */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const keyEnd = endOfKey(line.text);
    const key = unescape(line.text.slice(0, keyEnd), line.lineNumber);
    properties.set(
      key,
      unescape(line.text.slice(startOfValue(line.text, keyEnd)), line.lineNumber),
    );
  }
  return properties;
}

function* logicalLines(text: string): Generator<LogicalLine> {
  // A byte order mark, which some editors write, is no part of the first key.
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  let joined: string | undefined;
  let startedAt = 0;
  for (const [index, line] of lines.entries()) {
    const content = line.replace(/^[ \t\f]+/, '');
    if (joined === undefined) {
      if (content === '' || content.startsWith('#') || content.startsWith('!')) continue;
      startedAt = index + 1;
    }
    const continues = hasOpenBackslash(content);
    joined = (joined ?? '') + (continues ? content.slice(0, -1) : content);
    if (continues) continue;
    yield { text: joined, lineNumber: startedAt };
    joined = undefined;
  }
  if (joined !== undefined) yield { text: joined, lineNumber: startedAt };
}

/** An odd number of backslashes at the end: the last one is not itself escaped. */
function hasOpenBackslash(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

/** Index of the first separator (`=`, `:` or blank) that is not escaped. */
function endOfKey(line: string): number {
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    if (character === '\\') index++;
    else if (character !== undefined && '=: \t\f'.includes(character)) return index;
  }
  return line.length;
}

/** Skips blanks, at most one `=` or `:`, and blanks again. */
function startOfValue(line: string, keyEnd: number): number {
  const separator = /^[ \t\f]*[=:]?[ \t\f]*/.exec(line.slice(keyEnd));
  return keyEnd + (separator?.[0].length ?? 0);
}

function unescape(text: string, lineNumber: number): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(u[\s\S]{0,4}|[\s\S]|$)/g, (_, escaped: string) => {
    if (!escaped.startsWith('u')) return CONTROL_ESCAPES[escaped] ?? escaped;
    const digits = escaped.slice(1);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
      throw new ConfigError(`line ${lineNumber}: \\u must be followed by four hexadecimal digits`);
    }
    return String.fromCharCode(Number.parseInt(digits, 16));
  });
}

const CONTROL_ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
