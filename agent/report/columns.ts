/** Plain columns for a terminal. Pure. Device text is made printable here; the last column takes what is left of the width. */
import { printable } from '../../probes/text.ts';

const GAP = '  ';
const MIN_CELL = 8;
const MAX_LAST = 2000;

/** One line a row, the head first. Columns are as wide as their widest cell, at most `maxCell`. */
export function renderColumns(head: readonly string[], rows: readonly (readonly string[])[], width: number, maxCell = 44): string {
  const cells = [head, ...rows].map((row) => row.map((cell, index) => printable(cell, index === row.length - 1 ? MAX_LAST : maxCell)));
  const widths = head.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const lines = cells.map((row) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? MIN_CELL))).join(GAP),
  );
  return lines.map((line) => `${(width > 0 ? printable(line, Math.max(width, MIN_CELL)) : line).trimEnd()}\n`).join('');
}
