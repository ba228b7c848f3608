/**
 * Rows as they come, for people or for programs: tables whose columns are as wide as the first rows need, or one JSON object a line. Memory does not grow with the number
 * of rows.
 */
import { type Io, write } from './io.ts';
import { table } from './table.ts';

export interface ListingColumn<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly of: (row: Row) => string | number;
}

/** Rows of one table that are held to find the widths; a table that is longer starts anew, without its titles, with the same widths or more. */
const ROWS_HELD_MAX = 500;

export class Listing {
  readonly #io: Io;
  readonly #json: boolean;

  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  /** A title above the tables that follow; programs do not see it. */
  async heading(text: string): Promise<void> {
    if (!this.#json) await write(this.#io.stdout, `${text}\n`);
  }

  /** Lines under the row before, for people; programs find the same in the row. */
  async note(text: string): Promise<void> {
    await this.heading(text);
  }

  /** `type` tells programs what a line is. Without rows nothing is shown. Resolves false when nobody reads any more. */
  async rows<Row extends object>(
    type: string,
    columns: readonly ListingColumn<Row>[],
    rows: Iterable<Row>,
  ): Promise<boolean> {
    let held: Row[] = [];
    let first = true;
    const flush = async (): Promise<boolean> => {
      const text = this.#json
        ? held.map((row) => `${JSON.stringify({ type, ...row })}\n`).join('')
        : textOf(columns, held, first);
      held = [];
      first = false;
      return write(this.#io.stdout, text);
    };
    for (const row of rows) {
      held.push(row);
      if (held.length >= ROWS_HELD_MAX && !(await flush())) return false;
    }
    return held.length === 0 || flush();
  }
}

function textOf<Row>(
  columns: readonly ListingColumn<Row>[],
  rows: readonly Row[],
  withTitles: boolean,
): string {
  const text = table(
    columns,
    rows.map((row) => columns.map(({ of }) => String(of(row)))),
  );
  return withTitles ? text : text.slice(text.indexOf('\n') + 1);
}
