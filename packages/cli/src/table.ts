/** Plain tables for people: columns as wide as their content, numbers to the right, no lines. */

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** One line a row, the titles first, each ended. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const width = widths[index] ?? 0;
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [columns.map(({ title }) => title), ...rows].map((row) => `${line(row)}\n`).join('');
}
